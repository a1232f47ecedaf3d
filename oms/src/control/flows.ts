/** The message flows of the operations we perform, in the order that the source document fixes (A32-A38). */
import type { Hop, Party, PerformedKind } from '@faultline/contracts';
import type { Outcome, Task } from './messages.ts';

type Role = Party['role'];

/** What a reply said; `relayed` when its sender passed on another party's answer, and did not answer by itself. */
export interface Answer {
  outcome: Outcome;
  relayed: boolean;
}

/** What a hop's words are made of. */
export interface Spoken {
  kind: PerformedKind;
  /** Without the guest's consent. */
  force: boolean;
}

/** One hop of a flow before it has happened. */
export interface FlowStep {
  direction: Hop['direction'];
  from: Role;
  to: Role;
  /** Plain English for the record, as in A29. `answer` is given for a reply that was sent. */
  say: (what: Spoken, answer?: Answer) => string;
}

export function spoken(task: Task): Spoken {
  return { kind: task.kind, force: 'force' in task && task.force };
}

const label = ({ kind, force }: Spoken): string => (force ? `forced ${kind}` : kind);

const WORDS: Record<Outcome['result'], string> = { ok: 'ok', failed: 'failed', timeout: 'timed out' };

const NC_ACTS: Record<PerformedKind, string> = {
  create: 'creates the VM',
  snapshot: 'makes the snapshot',
  reboot: 'reboots the VM',
  'attach-disk': 'attaches the disk',
  start: 'starts the VM',
  stop: 'stops the VM',
  migrate: 'migrates the VM',
  suspend: 'suspends the VM',
  resume: 'resumes the VM',
};

function request(from: Role, verb: string, to: Role): FlowStep {
  return { direction: 'request', from, to, say: (what) => `${from} ${verb} ${label(what)} request to ${to}` };
}

/** @param about what the reply is about; absent: the operation */
function reply(from: Role, to: Role, about: (what: Spoken) => string = label): FlowStep {
  return {
    direction: 'reply',
    from,
    to,
    say: (what, answer) =>
      answer === undefined
        ? `${from} replies to ${to}`
        : `${from} ${answer.relayed ? 'forwards' : 'replies'} ${about(what)} ${WORDS[answer.outcome.result]} to ${to}`,
  };
}

const ask = (to: Role, words: string): FlowStep => ({ direction: 'request', from: 'CC', to, say: () => words });
const local = (role: Role, say: FlowStep['say']): FlowStep => ({ direction: 'local', from: role, to: role, say });

/** NC acts, and the reply path mirrors the request path (A40). */
const NC_STEPS: readonly FlowStep[] = [
  request('CC', 'forwards', 'NC'),
  local('NC', (what) => `NC ${NC_ACTS[what.kind]}${what.force ? ' by force' : ''}`),
  reply('NC', 'CC'),
];

/** CC only forwards; CLC begins, and writes the record at the end. */
const through = (...middle: readonly (readonly FlowStep[])[]): readonly FlowStep[] => [
  request('CLC', 'sends', 'CC'),
  ...middle.flat(),
  reply('CC', 'CLC'),
  local('CLC', () => 'CLC records the hop information in the DB'),
];

/** The disk is there before the NC is asked (A39). */
const BRM_CREATES: readonly FlowStep[] = [
  ask('BRM', 'CC sends create-disk request to BRM'),
  local('BRM', () => 'BRM creates the disk'),
  reply('BRM', 'CC', () => 'create-disk'),
];

const BRM_LOCATES: readonly FlowStep[] = [
  ask('BRM', 'CC queries BRM for the location of the disk'),
  reply('BRM', 'CC', () => 'location of the disk'),
];

export const FLOWS: Record<PerformedKind, readonly FlowStep[]> = {
  /** A32 */
  create: through(NC_STEPS),
  /** A33 */
  snapshot: through(BRM_CREATES, NC_STEPS),
  /** A34 */
  reboot: through(NC_STEPS),
  /** A35 */
  'attach-disk': through(BRM_LOCATES, NC_STEPS),
  /** A36 */
  start: through(NC_STEPS),
  /** A37 */
  stop: through(NC_STEPS),
  /** A38 */
  migrate: through(NC_STEPS),
  suspend: through(NC_STEPS),
  resume: through(NC_STEPS),
};
