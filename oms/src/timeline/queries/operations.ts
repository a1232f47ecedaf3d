import { operationsInRange } from '../../operations/index.ts';
import { listed, listFrame } from '../list-frame.ts';
import { checkRange } from '../of-vm.ts';
import { defineQuery } from '../query.ts';

/** Operations of many VMs (A14, A25), for tables, logs and annotations. */
export const operationsQuery = defineQuery({
  type: 'operations',
  read: async ({ db, now }, query) => {
    checkRange(query);
    const { filters = [], limit } = query;
    return await listed({ limit, now: now() }, (most) => operationsInRange(db, query, { filters, limit: most }));
  },
  toFrames: (read) => [
    listFrame('operationList', read, {
      which: 'newest operations',
      toRow: ({ vm, started, ended, ...operation }) => ({
        ...operation,
        time: started,
        timeEnd: ended,
        vm: vm.uuid,
        vmName: vm.name,
      }),
    }),
  ],
});
