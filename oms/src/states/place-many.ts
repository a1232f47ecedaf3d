import { isSameState, placeObservation, type Observation, type Run } from './place.ts';

/** A moment in the order of observations. */
type Key = Run['first'];

/** The observations right before and right after one that lies inside a run. */
export interface Inside {
  previous: Observation;
  next: Observation;
}

/** What placing several observations changes: `put` are new runs, and runs whose end is another now. */
export interface Placements {
  remove: Run[];
  put: Run[];
}

/**
 * Places several new observations of one VM on one host, each by {@link placeObservation}.
 *
 * @param observations in order of time, none of them placed before
 * @param stored of each observation the last run that begins at or before it and the first that begins after it, in order;
 *   runs farther away do not matter
 * @param inside what stands around an observation in the run that it contradicts. Null where that is no longer known: then
 *   the run stands, because where to split it cannot be told
 */
export function placeObservations(
  observations: readonly Observation[],
  stored: readonly Run[],
  { inside, staleAfterMs }: { inside: (observation: Observation) => Inside | null; staleAfterMs: number },
): Placements {
  const runs = [...stored];
  for (const [index, observation] of observations.entries()) {
    const at = runs.findLastIndex(({ first }) => compareKeys(first, observation) <= 0);
    const around = runs[at];
    const after = runs[at + 1];
    const neighbours = { previous: ofRun(around, 'last'), next: ofRun(after, 'first') };
    if (around !== undefined && compareKeys(observation, around.last) < 0) {
      // What confirms a run in its middle changes nothing.
      if (isSameState(around.raw, observation.raw)) continue;
      const between =
        contradicted(observation, stored) === undefined ? outside(observation, stored) : inside(observation);
      const previous = latest(observations[index - 1] ?? null, between?.previous ?? null);
      if (previous === null || between?.next == null) continue;
      neighbours.previous = { observation: previous, run: around };
      neighbours.next = { observation: between.next, run: around };
    }
    const { remove, add } = placeObservation(observation, neighbours, { staleAfterMs, isSame: isSameState });
    runs.splice(around === undefined ? 0 : at, remove.length, ...add);
  }
  return changesBetween(stored, runs);
}

/** Whether an observation lies inside a stored run that says otherwise, so that what stands around it must be known. */
export function contradicted(observation: Observation, stored: readonly Run[]): Run | undefined {
  const run = stored.findLast(({ first }) => compareKeys(first, observation) <= 0);
  return run !== undefined && compareKeys(observation, run.last) < 0 && !isSameState(run.raw, observation.raw)
    ? run
    : undefined;
}

/** What is stored around an observation that lies in no stored run: where the runs beside it end and begin. */
function outside(
  observation: Observation,
  stored: readonly Run[],
): { previous: Observation | null; next: Observation | null } {
  const at = stored.findLastIndex(({ first }) => compareKeys(first, observation) <= 0);
  return {
    previous: ofRun(stored[at], 'last')?.observation ?? null,
    next: ofRun(stored[at + 1], 'first')?.observation ?? null,
  };
}

function latest(one: Observation | null, other: Observation | null): Observation | null {
  if (one === null || other === null) return one ?? other;
  return compareKeys(one, other) > 0 ? one : other;
}

/** Whether an observation with this key is the first or the last one of a run, and so was placed before. */
export const isEndOf = (key: Key, runs: readonly Run[]): boolean =>
  runs.some(({ first, last }) => compareKeys(first, key) === 0 || compareKeys(last, key) === 0);

/** Negative where `one` comes before `other`. */
export const compareKeys = (one: Key, other: Key): number =>
  one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

function ofRun(run: Run | undefined, end: 'first' | 'last'): { observation: Observation; run: Run } | null {
  return run === undefined ? null : { observation: { ...run[end], raw: run.raw }, run };
}

function changesBetween(before: readonly Run[], after: readonly Run[]): Placements {
  const keyOf = ({ first }: Run): string => `${first.at} ${first.id}`;
  const now = new Set(after.map(keyOf));
  const then = new Map(before.map((run) => [keyOf(run), run]));
  return {
    remove: before.filter((run) => !now.has(keyOf(run))),
    put: after.filter((run) => {
      const known = then.get(keyOf(run));
      return known === undefined || compareKeys(known.last, run.last) !== 0;
    }),
  };
}
