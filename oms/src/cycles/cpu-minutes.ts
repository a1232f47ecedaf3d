import { sql } from 'kysely';
import { insertRows, preparedForEach, type OmsDatabase } from '../database/index.ts';
import { joined, stepsOf, type CounterReading, type CpuStretch } from './cpu.ts';
import { hourOf, keepHours } from './cpu-hours.ts';
import { MINUTE_MS, minuteOf, type CpuMinute } from './minute.ts';

/** A sample that was stored. */
interface Stored {
  vm: string;
  at: number;
}

/**
 * Keeps the minutes true after samples were stored: the first sample of a minute ends the one before it, and a late sample
 * changes its own minute and that of the sample after it.
 */
export async function keepMinutes(
  db: OmsDatabase,
  samples: readonly Stored[],
  { staleAfterMs }: { staleAfterMs: number },
): Promise<void> {
  const touched = new Map<string, { vm: string; minute: number }>();
  const ended = new Map<string, { vm: string; hour: number }>();
  for (const { vm, at, before, next, latest } of await neighboursOf(db, samples, {})) {
    const minutes = next === null ? [before].filter((it) => it !== null && minuteOf(it) < minuteOf(at)) : [at, next];
    for (const moment of minutes) {
      if (moment === null || minuteOf(moment) >= minuteOf(latest)) continue;
      touched.set(`${vm} ${minuteOf(moment)}`, { vm, minute: minuteOf(moment) });
      const hour = hourOf(moment);
      if (hour < hourOf(latest)) ended.set(`${vm} ${hour}`, { vm, hour });
    }
  }
  const rows = (await readingsOf(db, [...touched.values()])).flatMap(({ vm, minute, readings }) => {
    const summed = summedUp(readings, minute, staleAfterMs);
    return summed === null ? [] : [rowOf(vm, summed)];
  });
  await insertRows(db, 'cpu_minutes', rows, {
    replace: { key: ['vm', 'minute'], set: ['from_at', 'to_at', 'ms', 'mean', 'low', 'high', 'broken'] },
  });
  await keepHours(db, [...ended.values()]);
}

const rowOf = (vm: string, { minute, fromAt, isBroken, stretch }: CpuMinute) => ({
  vm,
  minute,
  from_at: fromAt,
  to_at: stretch.at,
  ms: stretch.use === null ? 0 : stretch.ms,
  mean: stretch.use?.mean ?? null,
  low: stretch.use?.min ?? null,
  high: stretch.use?.max ?? null,
  broken: Number(isBroken),
});

interface Neighbours extends Stored {
  /** The samples of the VM right before and right after, and its latest. */
  before: number | null;
  next: number | null;
  latest: number;
}

/** Looked for in the partitions of a day first, and in all others only after a silence. */
function lastBefore(column: 'at' | 'minute') {
  const moment = sql.ref(`asked.${column}`);
  const before = sql`select max(e.at) from cpu_samples e where e.vm = asked.vm and e.at < ${moment}`;
  return sql`coalesce((${before} and e.at >= ${moment} - 86400000), (${before}))`;
}

const neighboursOf = preparedForEach<Stored, Neighbours>(
  { vm: 'text', at: 'bigint' },
  (_db, asked) => sql<Neighbours>`
    with asked as (${asked})
    select vm, at,
      ${lastBefore('at')} as before,
      (select min(s.at) from cpu_samples s where s.vm = asked.vm and s.at > asked.at) as next,
      (select max(s.at) from cpu_samples s where s.vm = asked.vm and s.at >= asked.at) as latest
    from asked`,
);

const findReadings = preparedForEach<{ vm: string; minute: number }, CounterReading & { vm: string; minute: number }>(
  { vm: 'text', minute: 'bigint' },
  (_db, asked) => sql`
    with asked as (${asked}),
    parts as materialized (select vm, minute, coalesce(${lastBefore('minute')}, minute) as from_at from asked)
    select parts.vm, parts.minute, s.at, s.host, s.vcpus, s.cpu_time_seconds as "cpuTimeSeconds"
    from parts cross join cpu_samples s
    where s.vm = parts.vm and s.at >= parts.from_at and s.at < parts.minute + ${sql.lit(MINUTE_MS)}
    order by parts.vm, parts.minute, s.at`,
);

/** The readings of each minute, oldest first, with the one before it. */
async function readingsOf(
  db: OmsDatabase,
  minutes: readonly { vm: string; minute: number }[],
): Promise<{ vm: string; minute: number; readings: CounterReading[] }[]> {
  const rows = await findReadings(db, minutes, {});
  const perMinute = new Map<string, { vm: string; minute: number; readings: CounterReading[] }>();
  for (const { vm, minute, ...reading } of rows) {
    const known = perMinute.get(`${vm} ${minute}`);
    if (known === undefined) perMinute.set(`${vm} ${minute}`, { vm, minute, readings: [reading] });
    else known.readings.push(reading);
  }
  return [...perMinute.values()];
}

/** A minute's steps as one; null where no step ended in it. */
function summedUp(readings: CounterReading[], minute: number, maxStepMs: number): CpuMinute | null {
  const steps = [...stepsOf(readings, { breaks: [], maxStepMs })];
  const [first] = readings;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return null;
  const unbroken = steps.filter(({ use }) => use !== null).reduce<CpuStretch | null>(joined, null);
  return {
    minute,
    fromAt: first.at,
    isBroken: steps.some(({ use }) => use === null),
    stretch: { at: last.at, ms: unbroken?.ms ?? 0, use: unbroken?.use ?? null },
  };
}
