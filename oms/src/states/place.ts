import type { RawState } from '@faultline/contracts';

/** What was said at one moment, such as a host's word on one VM's state. `id` orders what was said in the same millisecond. */
export interface Observation<Said = RawState> {
  at: number;
  id: string;
  raw: Said;
}

/** A run of observations that said the same: its first and its last. */
export interface Run<Said = RawState> {
  first: { at: number; id: string };
  last: { at: number; id: string };
  raw: Said;
}

/** What stands beside an observation's place: the observations before and after it, each with the run that it is part of. */
export interface Neighbours<Said = RawState> {
  previous: { observation: Observation<Said>; run: Run<Said> } | null;
  next: { observation: Observation<Said>; run: Run<Said> } | null;
}

export interface Placement<Said = RawState> {
  remove: Run<Said>[];
  add: Run<Said>[];
}

/**
 * Places one observation, whenever it arrives, among the runs of its VM on its host.
 *
 * Two observations next to each other belong to one run when they say the same and no silence lies between them. That is
 * a property of the set of observations alone, so the runs do not depend on the order in which observations arrive. A late
 * observation that disagrees with the run around it splits that run, and holds until the observation after it.
 */
export function placeObservation<Said>(
  observation: Observation<Said>,
  { previous, next }: Neighbours<Said>,
  { staleAfterMs, isSame }: { staleAfterMs: number; isSame: (one: Said, other: Said) => boolean },
): Placement<Said> {
  const areLinked = (earlier: Observation<Said>, later: Observation<Said>): boolean =>
    isSame(earlier.raw, later.raw) && later.at - earlier.at <= staleAfterMs;
  const joinsPrevious = previous !== null && areLinked(previous.observation, observation);
  const joinsNext = next !== null && areLinked(observation, next.observation);
  const here = keyOf(observation);
  const first = joinsPrevious ? previous.run.first : here;
  const last = joinsNext ? next.run.last : here;
  const around = { first, last, raw: observation.raw };
  const isSplit = previous !== null && next !== null && isSameRun(previous.run, next.run);
  const remove = [...(previous === null ? [] : [previous.run]), ...(next === null || isSplit ? [] : [next.run])];
  if (isSplit && joinsPrevious && joinsNext) return { remove: [], add: [] };
  const add = [around];
  if (previous !== null && !joinsPrevious) add.unshift({ ...previous.run, last: keyOf(previous.observation) });
  if (next !== null && !joinsNext) add.push({ ...next.run, first: keyOf(next.observation) });
  return { remove, add };
}

/** All runs of observations that are in order: what placing them one by one comes to. */
export function runsOf(ordered: Observation[], staleAfterMs: number): Run[] {
  const runs: Run[] = [];
  let before: Observation | null = null;
  for (const observation of ordered) {
    const run = runs.at(-1);
    const isLinked =
      before !== null && isSameState(before.raw, observation.raw) && observation.at - before.at <= staleAfterMs;
    if (run !== undefined && isLinked) run.last = keyOf(observation);
    else runs.push({ first: keyOf(observation), last: keyOf(observation), raw: observation.raw });
    before = observation;
  }
  return runs;
}

/** Whether two observations say the same of a VM. */
export const isSameState = (one: RawState, other: RawState): boolean =>
  one.state === other.state && one.reason === other.reason;

type Key = { at: number; id: string };

const keyOf = ({ at, id }: Key): Key => ({ at, id });
const isSameRun = (one: { first: Key }, other: { first: Key }): boolean =>
  one.first.at === other.first.at && one.first.id === other.first.id;
