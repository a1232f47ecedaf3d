/** The message flows of the operations we perform, in the order that the source document fixes (A34, A36, A37). */
import type { Hop, Party } from '@faultline/contracts';
import type { OperationOrder, Outcome, PerformedKind } from './messages.ts';

type Role = Party['role'];

/** What a reply said; `relayed` when its sender passed on another party's answer, and did not answer by itself. */
export interface Answer {
  outcome: Outcome;
  relayed: boolean;
}

/** One hop of a flow before it has happened. */
export interface FlowStep {
  direction: Hop['direction'];
  from: Role;
  to: Role;
  /** Plain English for the record, as in A29. `answer` is given for a reply that was sent. */
  say: (order: Pick<OperationOrder, 'kind' | 'force'>, answer?: Answer) => string;
}

const label = ({ kind, force }: Pick<OperationOrder, 'kind' | 'force'>): string =>
  force && kind !== 'start' ? `forced ${kind}` : kind;

const WORDS: Record<Outcome['result'], string> = { ok: 'ok', failed: 'failed', timeout: 'timed out' };

const ACTS: Record<PerformedKind, string> = { stop: 'stops', start: 'starts', reboot: 'reboots' };

function request(from: Role, verb: string, to: Role): FlowStep {
  return { direction: 'request', from, to, say: (order) => `${from} ${verb} ${label(order)} request to ${to}` };
}

function reply(from: Role, to: Role): FlowStep {
  return {
    direction: 'reply',
    from,
    to,
    say: (order, answer) =>
      answer === undefined
        ? `${from} replies to ${to}`
        : `${from} ${answer.relayed ? 'forwards' : 'replies'} ${label(order)} ${WORDS[answer.outcome.result]} to ${to}`,
  };
}

/** CC only forwards, NC acts, the reply path mirrors the request path (A40), CLC writes the record at the end. */
const THROUGH_NC: readonly FlowStep[] = [
  request('CLC', 'sends', 'CC'),
  request('CC', 'forwards', 'NC'),
  {
    direction: 'local',
    from: 'NC',
    to: 'NC',
    say: ({ kind, force }) => `NC ${ACTS[kind]} the VM${force && kind !== 'start' ? ' by force' : ''}`,
  },
  reply('NC', 'CC'),
  reply('CC', 'CLC'),
  { direction: 'local', from: 'CLC', to: 'CLC', say: () => 'CLC records the hop information in the DB' },
];

export const FLOWS: Record<PerformedKind, readonly FlowStep[]> = {
  /** A34 */
  reboot: THROUGH_NC,
  /** A36 */
  start: THROUGH_NC,
  /** A37 */
  stop: THROUGH_NC,
};
