import { readManyRows, type OmsDatabase } from '../database/index.ts';
import type { CounterReading } from './cpu.ts';

interface Range {
  from: number;
  to: number;
}

const COLUMNS = ['at', 'host', 'vcpus', 'cpu_time_seconds'] as const;

/** A VM's CPU counter in a range, oldest first, with the one reading before it; `limit` counts those in the range. */
export async function readingsIn(
  db: OmsDatabase,
  vm: string,
  { from, to }: Range,
  limit?: number,
): Promise<CounterReading[]> {
  const samples = db.selectFrom('cpu_samples').select(COLUMNS).where('vm', '=', vm);
  const before = await samples.where('at', '<', from).orderBy('at', 'desc').limit(1).execute();
  const within = samples.where('at', '>=', from).where('at', '<=', to).orderBy('at');
  const rows = await readManyRows(db, limit === undefined ? within : within.limit(limit), COLUMNS);
  return [...before, ...rows].map(({ cpu_time_seconds: cpuTimeSeconds, ...reading }) => ({
    ...reading,
    cpuTimeSeconds,
  }));
}
