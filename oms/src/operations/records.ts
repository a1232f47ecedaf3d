import type { OperationRecords } from '../control/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { findVm } from '../vms/index.ts';
import { findRequested, ownRunningOperations, runningOperationOn, storeOperation } from './store.ts';

/** The store as CLC sees it. */
export function recordsIn(db: OmsDatabase): OperationRecords {
  return {
    transact: (work) =>
      db.transaction().execute((trx) =>
        work({
          findVm: (uuid) => findVm(trx, uuid),
          findRequested: (id) => findRequested(trx, id),
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
