import type { Hop, Party } from '@faultline/contracts';
import { FLOWS, type Answer, type FlowStep } from './flows.ts';
import type { LogEntry, OperationOrder } from './messages.ts';

/** What the record needs to know of an order. The host is not known of one that was lost with the process. */
export type RecordedOrder = Pick<OperationOrder, 'kind' | 'force'> & { host?: string };

/**
 * Makes the hop record of an order from what its parties saw (A29, A30). Pure.
 *
 * A hop carries `failed` or `timeout` only where the order came to its end; the negative replies that follow were
 * delivered, so they are `ok` and say in words what they carried. Of the hops without an entry in the log, those that a
 * silent party may have done are `unknown` (missing is not failed), all others were not reached and are `skipped` (A41).
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
  const acted = log.find((entry) => entry.entry === 'acted' && entry.by.role === step.from);
  if (acted?.entry !== 'acted') return undefined;
  const { by, at, ended, outcome } = acted;
  return {
    from: by,
    to: by,
    message: step.say(order),
    direction: 'local',
    at,
    ended,
    ...outcome,
    observed: 'reported',
  };
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
    ...(halted?.outcome ?? { result: ended === undefined ? 'unknown' : 'ok' }),
    observed: 'reported',
  };
}

type LinkEntry = Exclude<LogEntry, { entry: 'acted' }>;

function onLinkOf(step: FlowStep): (entry: LogEntry) => entry is LinkEntry {
  return (entry): entry is LinkEntry => entry.entry !== 'acted' && joins(step, entry.from, entry.to);
}

function answerIn(entry: LinkEntry, log: readonly LogEntry[]): Answer | undefined {
  if (entry.entry === 'halted' || entry.message === 'request') return undefined;
  const relayed = log.some(
    (other) => other.entry === 'received' && other.message === 'reply' && other.to.role === entry.from.role,
  );
  return { outcome: entry.outcome, relayed };
}

function unseenHop(order: RecordedOrder, step: FlowStep, maybeDone: boolean): HopFacts {
  const party = (role: Party['role']): Party =>
    role === 'NC' && order.host !== undefined ? { role, node: order.host } : { role };
  return {
    from: party(step.from),
    to: party(step.to),
    message: step.say(order),
    direction: step.direction,
    ...(maybeDone ? { result: 'unknown', observed: 'missing' } : { result: 'skipped', observed: 'reported' }),
  };
}
