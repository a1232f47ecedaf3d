/** From what hosts saw to the operations that nobody told of. Pure. */
import { createHash } from 'node:crypto';
import type { Hop, Operation, OperationKind, Party, VmRef } from '@faultline/contracts';
import type { OperationSummary } from '../operations/index.ts';
import { actsOf, type Act } from './acts.ts';
import type { Change } from './change.ts';

/** `Operation.source` of what libvirt's events alone tell. */
export const LIBVIRT_SOURCE = 'libvirt';

/** The initiators that libvirt leaves us to name. */
const UNKNOWN = 'unknown';
const GUEST = 'guest';

/** By how much hosts' clocks may differ from those of who tells of operations, and an event may come late, ms. */
const EXPLAINED_WITHIN_MS = 10_000;

/** Which operations do such a thing to a VM, whatever it is that they are for: a reboot may be a stop and a start. */
const DOES: Record<OperationKind, readonly OperationKind[]> = {
  create: ['start', 'resume'],
  snapshot: ['suspend', 'resume'],
  reboot: ['reboot', 'stop', 'start'],
  'attach-disk': [],
  start: ['start', 'resume'],
  stop: ['stop'],
  migrate: ['migrate', 'suspend', 'resume'],
  suspend: ['suspend'],
  resume: ['resume', 'start'],
};

export interface Inference {
  /** What was done and no known operation explains; oldest first. */
  operations: Operation[];
  /** Keys of the acts that only an operation which still runs explains: when it fails, they were another's doing. */
  undecided: Change[];
}

/**
 * The operations that changes of a VM tell of and that nobody told of otherwise. It depends on the two sets alone, not on
 * the order in which they became known.
 *
 * @param known every operation on the VM around the changes that was performed by us, or told of by another system
 */
export function inferOperations(vm: VmRef, changes: readonly Change[], known: readonly OperationSummary[]): Inference {
  const inference: Inference = { operations: [], undecided: [] };
  for (const act of actsOf(changes)) {
    const explaining = known.filter((operation) => explains(operation, act));
    if (explaining.length === 0) inference.operations.push(operationOf(vm, act));
    else if (explaining.every(({ result }) => result === 'running')) inference.undecided.push(act.key);
  }
  return inference;
}

/** One that failed was not what happened; of one that timed out nobody knows, so that it may have been. */
function explains({ kind, result, started, ended }: OperationSummary, act: Act): boolean {
  if (result === 'failed' || result === 'cancelled' || !DOES[kind].includes(act.kind)) return false;
  return act.ended >= started - EXPLAINED_WITHIN_MS && act.started <= (ended ?? Infinity) + EXPLAINED_WITHIN_MS;
}

function operationOf(vm: VmRef, act: Act): Operation {
  const { key, kind, byGuest, started, ended } = act;
  return {
    id: observedId(key),
    vm,
    kind,
    initiator: byGuest ? GUEST : UNKNOWN,
    started,
    ended,
    result: 'ok',
    source: LIBVIRT_SOURCE,
    hops: [hopOf(act)],
  };
}

/** Of the report alone, so that an act has one id whenever it is inferred. Hosts' names may hold what an id may not. */
export function observedId({ host, id }: Pick<Change, 'host' | 'id'>): string {
  return `${LIBVIRT_SOURCE}:${createHash('sha256').update(`${host}\n${id}`).digest('hex').slice(0, 40)}`;
}

/** Nobody saw the requests that led to it, and whether there were any: only that the host did it. */
function hopOf({ kind, host, destination, started, ended }: Act): Hop {
  const node = host ?? destination;
  const nc: Party = node === undefined ? { role: 'NC' } : { role: 'NC', node };
  return {
    seq: 0,
    from: nc,
    to: nc,
    message: messageOf(kind, host, destination),
    direction: 'local',
    at: started,
    ended,
    result: 'ok',
    observed: 'inferred',
  };
}

const THIRD_PERSON: Partial<Record<OperationKind, string>> = {
  reboot: 'reboots',
  start: 'starts',
  stop: 'stops',
  suspend: 'suspends',
  resume: 'resumes',
};

function messageOf(kind: OperationKind, host: string | undefined, destination: string | undefined): string {
  if (kind !== 'migrate') return `NC ${THIRD_PERSON[kind] ?? kind} the VM`;
  if (host === undefined) return 'NC takes over the VM that is migrated to it';
  return destination === undefined ? 'NC migrates the VM away' : `NC migrates the VM to ${destination}`;
}
