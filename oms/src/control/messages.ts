/**
 * What the parties of the control side say to each other. Plain data only (it survives structuredClone and JSON), so that
 * a party may one day live in another process without a change to the others.
 */
import type { OperationRequest, Party, VmRef } from '@faultline/contracts';

/** The kinds that can be asked for: see PERFORMED_KINDS of the contracts. */
export type PerformedKind = OperationRequest['kind'];

/** What is to be done to which VM, the same at every party it passes. */
export interface OperationOrder {
  operationId: string;
  kind: PerformedKind;
  /** Stop by destroying, reboot by resetting, without asking the guest. */
  force: boolean;
  vm: VmRef;
  /** The host whose NC is asked. */
  host: string;
}

/** How an order ended, as the one who answers knows it. `timeout`: the outcome is not known. */
export interface Outcome {
  result: 'ok' | 'failed' | 'timeout';
  /** Present unless the result is `ok`. */
  cause?: string;
}

export interface ControlRequest {
  from: Party;
  to: Party;
  order: OperationOrder;
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
  /** Everything that the replier and those behind it saw, oldest first. */
  log: LogEntry[];
}

/** One thing that a party saw happen to an order; the hop record is made of these and of nothing else. */
export type LogEntry =
  | { entry: 'sent' | 'received'; message: 'request'; from: Party; to: Party; at: number }
  | { entry: 'sent' | 'received'; message: 'reply'; from: Party; to: Party; at: number; outcome: Outcome }
  /** The request went no further than this link: refused or not deliverable (failed), or nobody answered (timeout). */
  | { entry: 'halted'; from: Party; to: Party; at: number; outcome: Outcome }
  /** A party did its own work: NC on the VM, CLC on the record. */
  | { entry: 'acted'; by: Party; at: number; ended: number; outcome: Outcome };
