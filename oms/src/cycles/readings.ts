import { preparedForMany, type OmsDatabase } from '../database/index.ts';
import type { CounterReading } from './cpu.ts';

interface Range {
  from: number;
  to: number;
}

const COLUMNS = ['at', 'host', 'vcpus', 'cpu_time_seconds'] as const;

const findReadings = preparedForMany(
  COLUMNS,
  (db, { vm, from, to, limit }: { vm: string; from: number; to: number; limit: number }) => {
    const samples = db.selectFrom('cpu_samples').select(COLUMNS).where('vm', '=', vm);
    const before = samples.where('at', '<', from).orderBy('at', 'desc').limit(1);
    const within = samples.where('at', '>=', from).where('at', '<=', to).orderBy('at').limit(limit);
    return db
      .selectFrom(before.as('before'))
      .selectAll()
      .unionAll(db.selectFrom(within.as('within')).selectAll());
  },
);

/** A VM's CPU counter in a range, oldest first, with the one reading before it; `limit` counts those in the range. */
export async function readingsIn(
  db: OmsDatabase,
  vm: string,
  { from, to }: Range,
  limit: number,
): Promise<CounterReading[]> {
  const rows = await findReadings(db, { vm, from, to, limit });
  const readings = rows.map(({ cpu_time_seconds: cpuTimeSeconds, ...reading }) => ({ ...reading, cpuTimeSeconds }));
  return readings.sort((a, b) => a.at - b.at);
}
