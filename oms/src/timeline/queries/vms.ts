import { MAX_LIST_ROWS, type VmDetails } from '@faultline/contracts';
import { vmPage } from '../../vms/index.ts';
import { listFrame, type Listed } from '../list-frame.ts';
import { defineQuery } from '../query.ts';

/** The VMs that are known, by name, with what is drawn of each now (A3, A5, A22). */
export const vmsQuery = defineQuery({
  type: 'vms',
  read: async ({ db, now: clock, config }, query): Promise<Listed<VmDetails>> => {
    const { q, state, filters, limit = MAX_LIST_ROWS } = query;
    const now = clock();
    const which = { limit, filters, ...(q === undefined ? {} : { q }), ...(state === undefined ? {} : { state }) };
    const { vms, next } = await vmPage(db, which, { now, ...config });
    return { items: vms, isCut: next !== null, now };
  },
  toFrames: (read) => [
    listFrame('vms', read, {
      which: 'first VMs by name',
      toRow: ({ uuid, name, owner, ips, ...vm }) => ({
        ...vm,
        vm: uuid,
        vmName: name,
        user: owner,
        ips: ips.join(' '),
      }),
    }),
  ],
});
