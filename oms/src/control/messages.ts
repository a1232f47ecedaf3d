/**
 * What the parties of the control side say to each other. Plain data only (it survives structuredClone and JSON), so that
 * a party may one day live in another process without a change to the others.
 */
import type { OperationProgress, OperationRequest, Party, PerformedKind, VmRef } from '@faultline/contracts';

type WithoutHead<Request> = Request extends unknown ? Omit<Request, 'id' | 'vm' | 'initiator'> : never;

/** What is asked for: a request without its id, its VM and who asks. */
export type Task = WithoutHead<OperationRequest>;
export type TaskOf<Kind extends PerformedKind> = Extract<Task, { kind: Kind }>;

/** What is to be done to which VM, the same at every party it passes. */
export interface OperationOrder {
  operationId: string;
  task: Task;
  vm: VmRef;
  /** The host whose NC and BRM are asked: of a migration the source (A41). */
  host: string;
}

/** How an order ended, as the one who answers knows it. `timeout`: the outcome is not known. */
export interface Outcome {
  result: 'ok' | 'failed' | 'timeout';
  /** Present unless the result is `ok`. */
  cause?: string;
}

/** A volume of a storage pool, as a BRM tells of it. */
export interface DiskPlace {
  /** The disk of the VM that it is for, where the order leaves no choice. */
  target?: string;
  /** Of a file or of a block device, on the host. */
  path: string;
  type: 'file' | 'block';
  /** Of what is in it: `qcow2`, `raw`. */
  format: string;
}

export interface ControlRequest {
  from: Party;
  to: Party;
  order: OperationOrder;
  /** `read-back`: nothing is done; what came of an order that nobody heard the end of is read from libvirt. */
  purpose: 'perform' | 'read-back';
  /** What the BRM answered, in an order that an NC gets after it. */
  disks?: DiskPlace[];
  sentAt: number;
  /** The sender gives up after this many ms; a duration, because two machines need not agree on the time. */
  withinMs: number;
}

export interface ControlReply {
  from: Party;
  to: Party;
  operationId: string;
  sentAt: number;
  outcome: Outcome;
  /** Of a BRM whose outcome is ok. */
  disks?: DiskPlace[];
  /** Everything that the replier and those behind it saw, oldest first. */
  log: LogEntry[];
}

/** What a party may say of an order before it replies. */
export type Progress = OperationProgress;

/** One thing that a party saw happen to an order; the hop record is made of these and of nothing else. */
export type LogEntry =
  | { entry: 'sent' | 'received'; message: 'request'; from: Party; to: Party; at: number }
  | { entry: 'sent' | 'received'; message: 'reply'; from: Party; to: Party; at: number; outcome: Outcome }
  /** The request went no further than this link: refused or not deliverable (failed), or nobody answered (timeout). */
  | { entry: 'halted'; from: Party; to: Party; at: number; outcome: Outcome }
  /** A party did its own work: BRM on a volume, NC on the VM, CLC on the record. */
  | { entry: 'acted'; by: Party; at: number; ended: number; outcome: Outcome }
  /** Nobody heard of the party's work; this is what was read back of it at `at`. */
  | { entry: 'read-back'; by: Party; at: number; outcome: Outcome };
