import type { OperationRecords } from '../control/index.ts';
import { recordAudit } from '../audit/index.ts';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import { findVm } from '../vms/index.ts';
import { findRequested, ownRunningOperations, runningOperationOn, storeOperation } from './store.ts';

/** The store as CLC sees it. */
export function recordsIn(db: OmsDatabase): OperationRecords {
  return {
    transact: (work) =>
      db.transaction().execute((trx) =>
        work({
          // What CLC finds must still be so when it writes: another replica may be asked the same, or about the same VM.
          findVm: async (uuid) => {
            await holdKey(trx, `operations on vm ${uuid}`);
            return await findVm(trx, uuid);
          },
          findRequested: async (id) => {
            await holdKey(trx, `operation ${id}`);
            return await findRequested(trx, id);
          },
          findRunningOn: (vmUuid) => runningOperationOn(trx, vmUuid),
          findAllRunning: () => ownRunningOperations(trx),
          store: (operation, options) => storeOperation(trx, operation, options),
          audit: ({ request, ...asked }) => {
            const { vm, ...details } = request;
            return recordAudit(trx, { ...asked, what: 'operation.ask', target: `vm/${vm}`, details });
          },
        }),
      ),
  };
}
