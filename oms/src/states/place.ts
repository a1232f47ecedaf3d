import type { RawState } from '@faultline/contracts';

/** One host's word on one VM's state at one moment. `id` orders what was said in the same millisecond. */
export interface Observation {
  at: number;
  id: string;
  raw: RawState;
}

/** A run of observations that said the same: its first and its last. */
export interface Run {
  first: { at: number; id: string };
  last: { at: number; id: string };
  raw: RawState;
}

/** What stands beside an observation's place: the observations before and after it, each with the run that it is part of. */
export interface Neighbours {
  previous: { observation: Observation; run: Run } | null;
  next: { observation: Observation; run: Run } | null;
}

export interface Placement {
  remove: Run[];
  add: Run[];
}

/**
 * Places one observation, whenever it arrives, among the runs of its VM on its host.
 *
 * Two observations next to each other belong to one run when they say the same and no silence lies between them. That is
 * a property of the set of observations alone, so the runs do not depend on the order in which observations arrive. A late
 * observation that disagrees with the run around it splits that run, and holds until the observation after it.
 */
export function placeObservation(
  observation: Observation,
  { previous, next }: Neighbours,
  staleAfterMs: number,
): Placement {
  const joinsPrevious = previous !== null && areLinked(previous.observation, observation, staleAfterMs);
  const joinsNext = next !== null && areLinked(observation, next.observation, staleAfterMs);
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
    if (run !== undefined && before !== null && areLinked(before, observation, staleAfterMs))
      run.last = keyOf(observation);
    else runs.push({ first: keyOf(observation), last: keyOf(observation), raw: observation.raw });
    before = observation;
  }
  return runs;
}

function areLinked(earlier: Observation, later: Observation, staleAfterMs: number): boolean {
  return (
    earlier.raw.state === later.raw.state &&
    earlier.raw.reason === later.raw.reason &&
    later.at - earlier.at <= staleAfterMs
  );
}

const keyOf = ({ at, id }: Observation): { at: number; id: string } => ({ at, id });
const isSameRun = (one: Run, other: Run): boolean => one.first.at === other.first.at && one.first.id === other.first.id;
