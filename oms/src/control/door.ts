import type { Caller, Operation, OperationRequest } from '@faultline/contracts';

/** Why a request was refused before anyone was asked to act, and the field that says so. */
export const REFUSALS = {
  'vm-busy': '/vm',
  'vm-not-on-a-controlled-host': '/vm',
  'vm-exists': '/vm',
  'host-not-controlled': '/host',
  'destination-not-controlled': '/toHost',
  'destination-is-source': '/toHost',
  'destination-not-reachable': '/toHost',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** What became of a request. Every one that names a known VM leaves a record, also a refused one (A30). */
export type Admission =
  /** Recorded as running, and committed; it is being performed. */
  | { answer: 'accepted'; operation: Operation }
  /** The same request was made before; this is its record, and nothing was started. */
  | { answer: 'known'; operation: Operation }
  /** The id belongs to another request; nothing was recorded. */
  | { answer: 'conflict'; operation: Operation }
  /** Recorded as failed, with its cause. */
  | { answer: 'refused'; code: RefusalCode; operation: Operation }
  /** Nothing was recorded: there is no VM to record it on. */
  | { answer: 'vm-unknown' }
  /** Nothing was recorded: the definition of the new VM cannot be one, and why. */
  | { answer: 'definition-invalid'; why: string };

/** The one door to VMs: people come through it over HTTP, and Faultline's own remedies later (F4). */
export interface OperationDoor {
  /** @param caller who is audited as having asked; `request.initiator` is only what the caller says */
  ask(request: OperationRequest, caller: Caller): Promise<Admission>;
}
