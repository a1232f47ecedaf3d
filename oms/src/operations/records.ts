import type { News, Operation } from '@faultline/contracts';
import type { OperationRecords } from '../control/index.ts';
import { recordAudit } from '../audit/index.ts';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import { findVm } from '../vms/index.ts';
import { findRequested, ownRunningOperations, runningOperationOn, storeOperation } from './store.ts';

/** The store as CLC sees it. What a transaction stored is told as news after its commit, and only then. */
export function recordsIn(db: OmsDatabase, tell: (news: News) => void): OperationRecords {
  return {
    transact: async (work) => {
      const stored: Operation[] = [];
      const result = await db.transaction().execute((trx) => {
        // A transaction that is tried again stores again.
        stored.length = 0;
        return work({
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
          store: async (operation, options) => {
            const outcome = await storeOperation(trx, operation, options);
            if (outcome !== 'known') stored.push(operation);
            return outcome;
          },
          audit: ({ request, ...asked }) => {
            const { vm, ...details } = request;
            return recordAudit(trx, { ...asked, what: 'operation.ask', target: `vm/${vm}`, details });
          },
        });
      });
      for (const { id, vm, started, ended } of stored) {
        tell({ topic: 'operation', vm: vm.uuid, id, at: ended ?? started });
      }
      return result;
    },
  };
}
