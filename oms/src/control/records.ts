import type { Caller, Operation, OperationRequest, Vm } from '@faultline/contracts';

/** What CLC reads and writes within one transaction. */
export interface RecordsTransaction {
  findVm(uuid: string): Promise<Vm | undefined>;
  /** The stored operation, and whether force was asked for. */
  findRequested(id: string): Promise<{ operation: Operation; forced: boolean } | undefined>;
  /** The operation that CLC is having performed on this VM, if any. */
  findRunningOn(vmUuid: string): Promise<Omit<Operation, 'hops'> | undefined>;
  /** Every operation that CLC began and whose end is not recorded. */
  findAllRunning(): Promise<{ operation: Operation; forced: boolean }[]>;
  /** Stores an operation with its hops, or the end of one that is stored as running. */
  store(operation: Operation, options?: { forced?: boolean }): Promise<unknown>;
  /** Records who asked for what; `outcome` is what came of asking, not of the operation. */
  audit(asked: { at: number; caller: Caller; request: OperationRequest; outcome: string }): Promise<void>;
}

/** The DB to which CLC writes the hop information (A32-A38). */
export interface OperationRecords {
  /** All of `work` is committed when it resolves, or nothing of it. */
  transact<T>(work: (trx: RecordsTransaction) => Promise<T>): Promise<T>;
}

/** Who performs what goes through CLC, as `Operation.source` names it. */
export const OWN_SOURCE = 'faultline';
