import type { Caller, Operation, OperationProgress, OperationRequest, Vm, VmRef } from '@faultline/contracts';

/** An operation that was asked of CLC, as it is stored. */
export interface StoredRequest {
  operation: Operation;
  /** As it was asked for; undefined of an operation that another system performed. */
  request: OperationRequest | undefined;
  /** The host whose NC was asked; undefined of one that an older OMS left behind. */
  host: string | undefined;
}

/** What CLC keeps of a request beside the operation's record. */
export interface Asked {
  request: OperationRequest;
  host: string;
}

/** What CLC reads and writes within one transaction. */
export interface RecordsTransaction {
  findVm(uuid: string): Promise<Vm | undefined>;
  findRequested(id: string): Promise<StoredRequest | undefined>;
  /** The operation that CLC is having performed on this VM, if any. */
  findRunningOn(vmUuid: string): Promise<Omit<Operation, 'hops'> | undefined>;
  /** Every operation that CLC began and whose end is not recorded. */
  findAllRunning(): Promise<StoredRequest[]>;
  /**
   * Stores an operation with its hops, or the end of one that is stored as running. `known`: nothing was stored, since the id
   * is taken, or the VM has a running operation.
   */
  store(operation: Operation, asked?: Asked): Promise<'new' | 'updated' | 'known'>;
  /** Records who asked for what; `outcome` is what came of asking, not of the operation. */
  audit(asked: { at: number; caller: Caller; request: OperationRequest; outcome: string }): Promise<void>;
  /** Of an operation that still runs. */
  storeProgress(id: string, progress: OperationProgress): Promise<void>;
  /** That an operation put a VM onto a host. `active`: its process is there, and not only its definition. */
  rememberVm(sighting: { vm: VmRef; host: string; at: number; active: boolean }): Promise<void>;
}

/** The DB to which CLC writes the hop information (A32-A38). */
export interface OperationRecords {
  /** All of `work` is committed when it resolves, or nothing of it. */
  transact<T>(work: (trx: RecordsTransaction) => Promise<T>): Promise<T>;
}

/** Who performs what goes through CLC, as `Operation.source` names it. */
export const OWN_SOURCE = 'faultline';
