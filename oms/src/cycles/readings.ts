import { preparedForMany, type OmsDatabase } from '../database/index.ts';
import type { CounterReading } from './cpu.ts';

interface Range {
  from: number;
  to: number;
}

const DAY_MS = 86_400_000;

const COLUMNS = ['at', 'host', 'vcpus', 'cpu_time_seconds'] as const;

const findWithin = preparedForMany(
  COLUMNS,
  (db, values: { vm: string; from: number; dayBefore: number; to: number; limit: number }) => {
    const { vm, from, dayBefore, to, limit } = values;
    const samples = db.selectFrom('cpu_samples').select(COLUMNS).where('vm', '=', vm);
    const before = samples.where('at', '>=', dayBefore).where('at', '<', from).orderBy('at', 'desc').limit(1);
    const within = samples.where('at', '>=', from).where('at', '<=', to).orderBy('at').limit(limit);
    return db
      .selectFrom(before.as('before'))
      .selectAll()
      .unionAll(db.selectFrom(within.as('within')).selectAll());
  },
);

const findLastBefore = preparedForMany(COLUMNS, (db, { vm, before }: { vm: string; before: number }) =>
  db
    .selectFrom('cpu_samples')
    .select(COLUMNS)
    .where('vm', '=', vm)
    .where('at', '<', before)
    .orderBy('at', 'desc')
    .limit(1),
);

/** A VM's CPU counter in a range, oldest first, with the one reading before it; `limit` counts those in the range. */
export async function readingsIn(
  db: OmsDatabase,
  vm: string,
  { from, to }: Range,
  limit: number,
): Promise<CounterReading[]> {
  const dayBefore = from - DAY_MS;
  const rows = await findWithin(db, { vm, from, dayBefore, to, limit });
  rows.sort((a, b) => a.at - b.at);
  // Only after a silence is it farther away, and then PostgreSQL must look into every partition.
  if ((rows[0]?.at ?? Infinity) >= from) rows.unshift(...(await findLastBefore(db, { vm, before: dayBefore })));
  return rows.map(({ cpu_time_seconds: cpuTimeSeconds, ...reading }) => ({ ...reading, cpuTimeSeconds }));
}
