import type { Hop, Party } from '@faultline/contracts';
import { FLOWS, spoken, type Answer, type FlowStep, type Spoken } from './flows.ts';
import type { LogEntry, OperationOrder, Outcome } from './messages.ts';

/** What the record needs to know of an order. The host is not known of one that an older OMS left behind. */
export type RecordedOrder = Spoken & { host?: string };

export const recordedOrder = ({ task, host }: OperationOrder): RecordedOrder => ({ ...spoken(task), host });

/**
 * Makes the hop record of an order from what its parties saw (A29, A30). Pure.
 *
 * A hop carries `failed` or `timeout` only where the order came to its end; the negative replies that follow were
 * delivered, so they are `ok` and say in words what they carried. Of the hops without an entry in the log, those that a
 * silent party may have done are `unknown` (missing is not failed), all others were not reached and are `skipped` (A41).
 * Where an act was read back, it is `inferred`, and nothing is known of the hops around it.
 */
export function hopsFromLog(order: RecordedOrder, log: readonly LogEntry[]): Hop[] {
  const flow = FLOWS[order.kind];
  const silent = silentSteps(flow, log);
  const hops: Hop[] = [];
  let lastReached: number | undefined;
  for (const [seq, step] of flow.entries()) {
    const seen = hopOfStep(order, step, log);
    const parent = seen === undefined ? seq - 1 : lastReached;
    hops.push({
      seq,
      ...(parent === undefined || parent < 0 ? {} : { parent }),
      ...(seen ?? unseenHop(order, step, silent.has(seq))),
    });
    if (seen !== undefined) lastReached = seq;
  }
  return hops;
}

/** Steps behind a request that nobody answered, up to and including the reply that did not come. */
function silentSteps(flow: readonly FlowStep[], log: readonly LogEntry[]): Set<number> {
  const silent = new Set<number>();
  if (log.some(({ entry }) => entry === 'read-back')) return new Set(flow.keys());
  for (const entry of log) {
    if (entry.entry !== 'halted' || entry.outcome.result !== 'timeout') continue;
    const asked = flow.findIndex((step) => step.direction === 'request' && joins(step, entry.from, entry.to));
    const answered = flow.findIndex((step) => step.direction === 'reply' && joins(step, entry.to, entry.from));
    for (let seq = asked + 1; seq <= answered; seq++) silent.add(seq);
  }
  return silent;
}

function joins(step: FlowStep, from: Party, to: Party): boolean {
  return step.from === from.role && step.to === to.role;
}

type HopFacts = Omit<Hop, 'seq' | 'parent'>;

function hopOfStep(order: RecordedOrder, step: FlowStep, log: readonly LogEntry[]): HopFacts | undefined {
  return step.direction === 'local' ? localHop(order, step, log) : messageHop(order, step, log);
}

function localHop(order: RecordedOrder, step: FlowStep, log: readonly LogEntry[]): HopFacts | undefined {
  const done = log.find((entry): entry is WorkEntry => isWork(entry) && entry.by.role === step.from);
  if (done === undefined) return undefined;
  const { by, outcome } = done;
  const hop = { from: by, to: by, message: step.say(order), direction: step.direction, ...outcome };
  return done.entry === 'acted'
    ? { ...hop, at: done.at, ended: done.ended, observed: 'reported' }
    : { ...hop, ended: done.at, observed: 'inferred' };
}

function messageHop(order: RecordedOrder, step: FlowStep, log: readonly LogEntry[]): HopFacts | undefined {
  const onLink = log.filter(onLinkOf(step));
  const [first] = onLink;
  if (first === undefined) return undefined;
  const sent = onLink.find(({ entry }) => entry === 'sent') ?? first;
  const halted = onLink.find((entry) => entry.entry === 'halted');
  const ended = halted ?? onLink.find(({ entry }) => entry === 'received');
  return {
    from: first.from,
    to: first.to,
    message: step.say(order, answerIn(first, log)),
    direction: step.direction,
    at: sent.at,
    ...(ended === undefined ? {} : { ended: ended.at }),
    ...(halted?.outcome ?? ownNo(first, log) ?? { result: ended === undefined ? 'unknown' : 'ok' }),
    observed: 'reported',
  };
}

type WorkEntry = Extract<LogEntry, { by: Party }>;
type LinkEntry = Exclude<LogEntry, WorkEntry>;

const isWork = (entry: LogEntry): entry is WorkEntry => 'by' in entry;

function onLinkOf(step: FlowStep): (entry: LogEntry) => entry is LinkEntry {
  return (entry): entry is LinkEntry => !isWork(entry) && joins(step, entry.from, entry.to);
}

function answerIn(entry: LinkEntry, log: readonly LogEntry[]): Answer | undefined {
  if (entry.entry === 'halted' || entry.message === 'request') return undefined;
  return { outcome: entry.outcome, relayed: relays(entry.from, log) };
}

/** Whether what a party answered is another's answer: a CC that could not go on with a good one answers by itself. */
function relays({ role }: Party, log: readonly LogEntry[]): boolean {
  return (
    log.some((entry) => entry.entry === 'received' && entry.message === 'reply' && entry.to.role === role) &&
    !log.some((entry) => entry.entry === 'halted' && entry.from.role === role)
  );
}

/** A party whose work is no hop of its own (BRM telling a location) has only its reply to carry its no. */
function ownNo(entry: LinkEntry, log: readonly LogEntry[]): Outcome | undefined {
  if (entry.entry === 'halted' || entry.message === 'request' || entry.outcome.result === 'ok') return undefined;
  const { role } = entry.from;
  const toldElsewhere = log.some(
    (other) => (isWork(other) && other.by.role === role) || (other.entry === 'halted' && other.from.role === role),
  );
  return toldElsewhere || relays(entry.from, log) ? undefined : entry.outcome;
}

function unseenHop(order: RecordedOrder, step: FlowStep, maybeDone: boolean): HopFacts {
  const party = (role: Party['role']): Party =>
    (role === 'NC' || role === 'BRM') && order.host !== undefined ? { role, node: order.host } : { role };
  return {
    from: party(step.from),
    to: party(step.to),
    message: step.say(order),
    direction: step.direction,
    ...(maybeDone ? { result: 'unknown', observed: 'missing' } : { result: 'skipped', observed: 'reported' }),
  };
}
