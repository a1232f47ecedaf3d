import {
  ALARM_LEVELS,
  type AlarmAct,
  type AlarmHistoryEntry,
  type AlarmLevel,
  type AlarmOperator,
  type AlarmTurn,
  type OperatorState,
} from '@faultline/contracts';
import { AlarmClearedError, AlarmClosedError, ShelfEndError } from './errors.ts';

/** The operator state of an alarm that nobody has dealt with. */
export const UNTOUCHED: AlarmOperator = { state: 'none', by: null, at: null, note: null, until: null };

/** A shelf is for a while: what is to be silent for ever is a rule to be changed. */
const MAX_SHELF_MS = 366 * 86_400_000;

/** Where each act leads from each state; from a closed alarm there is no way but that it happens again. */
const TRANSITIONS: Record<AlarmAct, Partial<Record<OperatorState, OperatorState>>> = {
  acknowledge: { none: 'acknowledged', acknowledged: 'acknowledged', shelved: 'acknowledged' },
  shelve: { none: 'shelved', acknowledged: 'shelved', shelved: 'shelved' },
  unshelve: { none: 'none', acknowledged: 'acknowledged', shelved: 'none' },
  close: { none: 'closed', acknowledged: 'closed', shelved: 'closed', closed: 'closed' },
  note: { none: 'none', acknowledged: 'acknowledged', shelved: 'shelved', closed: 'closed' },
};

/** The operator state at a moment: a shelf ends by itself. */
export function operatorAt(operator: AlarmOperator, now: number): AlarmOperator {
  const { state, until } = operator;
  return state === 'shelved' && until !== null && until <= now ? { ...UNTOUCHED, at: until } : operator;
}

/** What an operator asks for, with everything that is known of it. */
export interface AskedAct {
  act: AlarmAct;
  by: string;
  note: string | null;
  /** For `shelve`. */
  until: number | null;
}

/** How an operator state goes on: as it is then, and what is written into the history. */
export interface Step {
  operator: AlarmOperator;
  entry: AlarmHistoryEntry;
}

/**
 * What an operator's act does to an alarm. Null: nothing, since it is so already.
 *
 * @param latest the last entry of the history
 * @throws AlarmClosedError, AlarmClearedError, ShelfEndError
 */
export function decide(
  alarm: { id: string; cleared?: number; operator: AlarmOperator; latest: AlarmHistoryEntry | undefined },
  { act, by, note, until }: AskedAct,
  now: number,
): Step | null {
  const before = operatorAt(alarm.operator, now);
  const to = TRANSITIONS[act][before.state];
  if (to === undefined) throw new AlarmClosedError(alarm.id, act);
  if (act === 'shelve') checkShelf(alarm, until, now);
  const entry: AlarmHistoryEntry = { at: now, act, by, from: before.state, to, note, until };
  if (act === 'note') return addNote(alarm.latest, before, entry);
  // It is so already; but what was said with it is not to be lost.
  if (to === before.state && before.until === until) {
    return note === null ? null : addNote(alarm.latest, before, { ...entry, act: 'note', until: null });
  }
  return { operator: { state: to, by, at: now, note, until }, entry };
}

function checkShelf(alarm: { id: string; cleared?: number }, until: number | null, now: number): void {
  if (alarm.cleared !== undefined) throw new AlarmClearedError(alarm.id);
  if (until === null || until <= now || until > now + MAX_SHELF_MS) throw new ShelfEndError();
}

/** A note that is sent again because its answer got lost is the same note. */
function addNote(latest: AlarmHistoryEntry | undefined, before: AlarmOperator, entry: AlarmHistoryEntry): Step | null {
  const { by, note } = entry;
  return latest?.by === by && latest.note === note ? null : { operator: { ...before, note }, entry };
}

/**
 * What news of an alarm do to its operator state. One that gets worse is new to whoever acknowledged or shelved it at a lower level:
 * that level was what they judged (3GPP TS 32.111-2 takes the acknowledgement back; under ISA-18.2 the worse level is an alarm
 * of its own, with a shelf of its own). One that was closed and happens again is not done with.
 */
export function turnOf(
  operator: AlarmOperator,
  news: { before: AlarmLevel; after: AlarmLevel; recurs: boolean },
  now: number,
): Step | null {
  const current = operatorAt(operator, now);
  if (current.state === 'none') return null;
  if (isWorse(news.after, news.before)) {
    return turn('worsening', current, { now, note: `from ${news.before} to ${news.after}` });
  }
  return current.state === 'closed' && news.recurs ? turn('recurrence', current, { now, note: null }) : null;
}

const turn = (act: AlarmTurn, { state }: AlarmOperator, { now, note }: { now: number; note: string | null }): Step => ({
  operator: { ...UNTOUCHED, at: now },
  entry: { at: now, act, by: null, from: state, to: 'none', note, until: null },
});

/** The operator state of a new record of a condition: a condition on the shelf stays there, unless it is worse now. */
export function keptShelf(
  earlier: { level: AlarmLevel; operator: AlarmOperator } | undefined,
  level: AlarmLevel,
  now: number,
): Step | null {
  if (earlier === undefined || isWorse(level, earlier.level)) return null;
  const operator = operatorAt(earlier.operator, now);
  if (operator.state !== 'shelved') return null;
  const { by, note, until } = operator;
  return { operator, entry: { at: now, act: 'shelf-kept', by, from: 'none', to: 'shelved', note, until } };
}

const isWorse = (level: AlarmLevel, than: AlarmLevel): boolean =>
  ALARM_LEVELS.indexOf(level) < ALARM_LEVELS.indexOf(than);

/** The history with the ends of its shelves, which nobody wrote down when they came. */
export function withShelfEnds(history: readonly AlarmHistoryEntry[], now: number): AlarmHistoryEntry[] {
  let until: number | null = null;
  const told: AlarmHistoryEntry[] = [];
  const endShelf = (before: number): void => {
    if (until === null || until > before) return;
    told.push({ at: until, act: 'shelf-end', by: null, from: 'shelved', to: 'none', note: null, until: null });
    until = null;
  };
  for (const entry of history) {
    endShelf(entry.at);
    told.push(entry);
    if (entry.to !== 'shelved') until = null;
    else if (entry.until !== null) until = entry.until;
  }
  endShelf(now);
  return told;
}
