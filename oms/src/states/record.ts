import type { RawState } from '@faultline/contracts';
import { sql } from 'kysely';
import { firstOfEach, insertTogether, preparedForEach, rowsFor, type OmsDatabase } from '../database/index.ts';
import { compareKeys, contradicted, isEndOf, placeObservations, type Inside, type Placements } from './place-many.ts';
import type { Observation, Run } from './place.ts';

/** What one host said of one VM. */
export interface Said {
  vm: string;
  observation: Observation;
}

/** One VM's new observations, and its stored runs as far as they matter for them. */
interface OfVm {
  vm: string;
  observations: Observation[];
  stored: Run[];
}

/**
 * Stores what a host said of its VMs' states, in any order of arrival. Call it in a transaction that holds the host.
 *
 * @param said an observation's `id` makes it one: `c:` and the cycle's number, or `e:` and the report's id, so that what was said
 *   in the same millisecond keeps one order, with an event after a cycle
 * @returns the VMs whose state on this host is another than what was known of the moment before
 */
export async function recordObservations(
  db: OmsDatabase,
  host: string,
  said: readonly Said[],
  { staleAfterMs }: { staleAfterMs: number },
): Promise<string[]> {
  if (said.length === 0) return [];
  const placements: ({ vm: string } & Placements)[] = [];
  const changed: string[] = [];
  for (const { vm, observations, stored } of await withRuns(db, host, perVm(said))) {
    const inside = new Map<Observation, Inside | null>();
    for (const observation of observations) {
      const run = contradicted(observation, stored);
      // Only a late word against what was confirmed on both sides of it comes here.
      if (run !== undefined) inside.set(observation, await neighboursIn(db, { vm, host }, observation, run));
    }
    const fresh = observations.filter((observation) => !isEndOf(observation, stored));
    const { remove, put } = placeObservations(fresh, stored, {
      inside: (one) => inside.get(one) ?? null,
      staleAfterMs,
    });
    placements.push({ vm, remove, put });
    if (put.some(({ first }) => fresh.some((one) => compareKeys(one, first) === 0))) changed.push(vm);
  }
  await store(db, host, placements, said);
  return changed;
}

/** Each VM's observations in order, each once. */
function perVm(said: readonly Said[]): { vm: string; observations: Observation[] }[] {
  const observations = new Map<string, Observation[]>();
  for (const { vm, observation } of said) {
    const ofVm = observations.get(vm);
    if (ofVm === undefined) observations.set(vm, [observation]);
    else ofVm.push(observation);
  }
  return [...observations].map(([vm, ofVm]) => {
    const ordered = ofVm.sort(compareKeys);
    return {
      vm,
      observations: ordered.filter((one, index) => {
        const before = ordered[index - 1];
        return before === undefined || compareKeys(before, one) !== 0;
      }),
    };
  });
}

/** Adds the runs: of most VMs the latest, and where an observation is older, those around it. */
async function withRuns(
  db: OmsDatabase,
  host: string,
  all: { vm: string; observations: Observation[] }[],
): Promise<OfVm[]> {
  const latest = await latestRuns(
    db,
    host,
    all.map(({ vm }) => vm),
  );
  const late = all.flatMap(({ vm, observations }) => {
    const [first] = latest.get(vm) ?? [];
    return first === undefined
      ? []
      : observations.filter((one) => compareKeys(one, first.first) < 0).map((observation) => ({ vm, observation }));
  });
  const around = await runsAround(db, host, late);
  return all.map(({ vm, observations }) => {
    const runs = new Map<string, Run>();
    for (const run of [...(latest.get(vm) ?? []), ...(around.get(vm) ?? [])]) {
      runs.set(`${run.first.at} ${run.first.id}`, run);
    }
    return { vm, observations, stored: [...runs.values()].sort((a, b) => compareKeys(a.first, b.first)) };
  });
}

type Row = RawState & { vm: string; from_at: number; from_id: string; to_at: number; to_id: string };

const RUN_COLUMNS = ['vm', 'from_at', 'from_id', 'to_at', 'to_id', 'state', 'reason'] as const;

const findLatest = preparedForEach<{ vm: string }, Row, { host: string }>({ vm: 'text' }, (db, asked, { host }) =>
  firstOfEach<Row>(db, {
    asked,
    table: 'state_intervals',
    columns: RUN_COLUMNS,
    which: sql`where s.vm = asked.vm and s.host = ${host} order by s.from_at desc, s.from_id desc limit 1`,
  }),
);

/** Of each VM the run that began last on the host. */
const latestRuns = async (db: OmsDatabase, host: string, vms: readonly string[]): Promise<Map<string, Run[]>> =>
  runsPerVm(
    await findLatest(
      db,
      vms.map((vm) => ({ vm })),
      { host },
    ),
  );

const findBeside = (side: 'before' | 'after') =>
  preparedForEach<{ vm: string; at: number; id: string }, Row, { host: string }>(
    { vm: 'text', at: 'bigint', id: 'text' },
    (db, asked, { host }) => {
      const ofVm = sql`where s.vm = asked.vm and s.host = ${host}`;
      const which =
        side === 'before'
          ? sql`${ofVm} and (s.from_at, s.from_id) <= (asked.at, asked.id)
              order by s.from_at desc, s.from_id desc limit 1`
          : sql`${ofVm} and (s.from_at, s.from_id) > (asked.at, asked.id) order by s.from_at, s.from_id limit 1`;
      return firstOfEach<Row>(db, { asked, table: 'state_intervals', columns: RUN_COLUMNS, which });
    },
  );

const findBefore = findBeside('before');
const findAfter = findBeside('after');

/** Of each observation the last run that begins at or before it, and the first that begins after it. */
async function runsAround(db: OmsDatabase, host: string, said: readonly Said[]): Promise<Map<string, Run[]>> {
  const asked = said.map(({ vm, observation: { at, id } }) => ({ vm, at, id }));
  return runsPerVm([...(await findBefore(db, asked, { host })), ...(await findAfter(db, asked, { host }))]);
}

function runsPerVm(rows: readonly Row[]): Map<string, Run[]> {
  const runs = new Map<string, Run[]>();
  for (const { vm, from_at, from_id, to_at, to_id, state, reason } of rows) {
    const run = { first: { at: from_at, id: from_id }, last: { at: to_at, id: to_id }, raw: { state, reason } };
    const ofVm = runs.get(vm);
    if (ofVm === undefined) runs.set(vm, [run]);
    else ofVm.push(run);
  }
  return runs;
}

/** What was observed right before and right after; null where it is known itself, or where such old observations were pruned. */
async function neighboursIn(
  db: OmsDatabase,
  { vm, host }: { vm: string; host: string },
  { at, id }: Observation,
  { first, last }: Run,
): Promise<Inside | null> {
  const observations = db
    .selectFrom('state_observations')
    .select(['at', 'id', 'state', 'reason'])
    .where('vm', '=', vm)
    .where('host', '=', host)
    .limit(1);
  const before = await observations
    .where('at', '>=', first.at)
    .where(sql<boolean>`(at, id) <= (cast(${at} as bigint), ${id})`)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const after = await observations
    .where('at', '<=', last.at)
    .where(sql<boolean>`(at, id) > (cast(${at} as bigint), ${id})`)
    .orderBy('at')
    .orderBy('id')
    .executeTakeFirst();
  if (before === undefined || after === undefined || (before.at === at && before.id === id)) return null;
  const observationOf = ({ state, reason, ...key }: typeof before): Observation => ({ ...key, raw: { state, reason } });
  return { previous: observationOf(before), next: observationOf(after) };
}

async function store(
  db: OmsDatabase,
  host: string,
  placements: ({ vm: string } & Placements)[],
  said: readonly Said[],
): Promise<void> {
  // A run loses its key only where something late came before its first observation.
  for (const { vm, remove } of placements) {
    for (const { first } of remove) {
      await db
        .deleteFrom('state_intervals')
        .where('vm', '=', vm)
        .where('host', '=', host)
        .where('from_at', '=', first.at)
        .where('from_id', '=', first.id)
        .execute();
    }
  }
  const intervals = placements.flatMap(({ vm, put }) =>
    put.map(({ first, last, raw }) => ({
      vm,
      host,
      from_at: first.at,
      from_id: first.id,
      to_at: last.at,
      to_id: last.id,
      ...raw,
      source: 'host' as const,
    })),
  );
  const observations = said.map(({ vm, observation: { at, id, raw } }) => ({ vm, host, at, id, ...raw }));
  await insertTogether(db, [
    rowsFor('state_intervals', intervals, { key: ['vm', 'host', 'from_at', 'from_id'], set: ['to_at', 'to_id'] }),
    rowsFor('state_observations', observations),
  ]);
}
