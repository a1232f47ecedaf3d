import type { News, Operation } from '@faultline/contracts';
import type { OperationRecords } from '../control/index.ts';
import { recordAudit } from '../audit/index.ts';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import type { Tenure } from '../lease/index.ts';
import { findVm, rememberVm } from '../vms/index.ts';
import { findRequested, ownRunningOperations, runningOperationOn, storeOperation, storeProgress } from './store.ts';

/** What the records need beside the store. */
export interface RecordsOptions {
  /** Of the OMS that performs operations: what another has taken over is no longer written. */
  tenure: Pick<Tenure, 'fence'>;
  /** Silence of a host after which nothing is claimed of its VMs, ms. */
  staleAfterMs: number;
  /** Told what a transaction stored, after its commit, and only then. */
  tell: (news: News) => void;
}

/** The store as CLC sees it, as long as its OMS is the one that performs operations. */
export function recordsIn(db: OmsDatabase, { tenure, staleAfterMs, tell }: RecordsOptions): OperationRecords {
  return {
    transact: async (work) => {
      const stored: Operation[] = [];
      const result = await db.transaction().execute(async (trx) => {
        // A transaction that is tried again stores again.
        stored.length = 0;
        await tenure.fence(trx);
        return await work({
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
          storeProgress: (id, progress) => storeProgress(trx, id, progress),
          rememberVm: (sighting) => rememberVm(trx, sighting, { staleAfterMs }),
          store: async (operation, asked) => {
            const outcome = await storeOperation(trx, operation, asked);
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
