import { sql } from 'kysely';
import { isPostgres, prepared, preparedForEach, preparedForMany, type OmsDatabase } from '../database/index.ts';
import { MINUTE_MS, minuteOf, type CpuMinute } from './minute.ts';

const HOUR_MS = 3_600_000;
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** A use of the CPU is kept with so many parts of a percent: a whole number is written and read in half the time of a fraction. */
const PARTS = 1000;
const parts = (column: 'mean' | 'low' | 'high') =>
  sql<number>`cast(floor(${sql.ref(column)} * ${sql.lit(PARTS)} + 0.5) as integer)`;
/** Null where the line breaks: such a minute is read sample by sample. */
const meanParts = sql<number | null>`case when broken = 0 then ${parts('mean')} end`;

/** A minute as a chart needs it: what else there is follows from the one before it. */
interface Minute {
  to_at: number;
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** An hour's minutes, column by column; `at` is each one's end, counted from the hour's beginning. */
interface Packed {
  at: number[];
  mean: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

const packHours = preparedForEach<{ vm: string; hour: number }, never>({ vm: 'text', hour: 'bigint' }, (db, asked) => {
  const [object, array] = isPostgres(db)
    ? [sql.raw('json_build_object'), sql.raw('json_agg')]
    : [sql.raw('json_object'), sql.raw('json_group_array')];
  const inHour = sql`vm = asked.vm and minute >= asked.hour and minute < asked.hour + ${sql.lit(HOUR_MS)}`;
  return sql`
    insert into cpu_hours (vm, hour, minutes)
    select asked.vm, asked.hour, (
      select cast(${object}('at', ${array}(m.at), 'mean', ${array}(m.mean), 'low', ${array}(m.low), 'high', ${array}(m.high)) as text)
      from (
        select to_at - asked.hour as at, ${meanParts} as mean, ${parts('low')} as low, ${parts('high')} as high
        from cpu_minutes where ${inHour} order by minute
      ) as m
    )
    from (${asked}) as asked
    where exists (select 1 from cpu_minutes where ${inHour})
    on conflict (vm, hour) do update set minutes = excluded.minutes`;
});

/**
 * Puts the minutes of hours that are over into one row each. A chart of a day reads 24 of these; its 1440 minutes lie between those of all
 * other VMs.
 */
export async function keepHours(db: OmsDatabase, hours: readonly { vm: string; hour: number }[]): Promise<void> {
  await packHours(db, hours, {});
}

const findHours = prepared((db, { vm, first, last }: { vm: string; first: number; last: number }) =>
  db
    .selectFrom('cpu_hours')
    .select(['hour', 'minutes'])
    .where('vm', '=', vm)
    .where('hour', '>=', first)
    .where('hour', '<=', last)
    .orderBy('hour'),
);

const findMinutes = preparedForMany(
  ['to_at', 'mean', 'low', 'high'],
  (db, { vm, first, last }: { vm: string; first: number; last: number }) =>
    db
      .selectFrom('cpu_minutes')
      .select(['to_at', meanParts.as('mean'), parts('low').as('low'), parts('high').as('high')])
      .where('vm', '=', vm)
      .where('minute', '>=', first)
      .where('minute', '<=', last)
      .orderBy('minute'),
);

/**
 * The summed-up minutes that lie wholly in the range, oldest first. One begins where the one before it ends; where the first one does is
 * not known, which makes it a broken one.
 */
export async function minutesIn(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
): Promise<CpuMinute[]> {
  const rows: Minute[] = [];
  let next = from;
  const last = to - MINUTE_MS + 1;
  for (const { hour, minutes } of await findHours(db, { vm, first: from, last: to - HOUR_MS + 1 })) {
    if (hour > next) rows.push(...(await findMinutes(db, { vm, first: next, last: hour - 1 })));
    rows.push(...unpacked(hour, JSON.parse(minutes) as Packed));
    next = hour + HOUR_MS;
  }
  if (next <= last) rows.push(...(await findMinutes(db, { vm, first: next, last })));
  return rows.map(({ to_at: at, mean, low, high }, row) => {
    const fromAt = rows[row - 1]?.to_at ?? -Infinity;
    const isBroken = row === 0 || mean === null || low === null || high === null;
    const use = isBroken ? null : { mean: mean / PARTS, min: low / PARTS, max: high / PARTS };
    return { minute: minuteOf(at), fromAt, isBroken, stretch: { at, ms: isBroken ? 0 : at - fromAt, use } };
  });
}

const unpacked = (hour: number, { at, mean, low, high }: Packed): Minute[] =>
  at.map((offset, row) => ({
    to_at: hour + offset,
    mean: mean[row] ?? null,
    low: low[row] ?? null,
    high: high[row] ?? null,
  }));
