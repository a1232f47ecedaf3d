import type { OmsDatabase } from '../database/index.ts';
import { joined, stepsOf, type CounterReading, type CpuStretch } from './cpu.ts';
import { readingsIn } from './readings.ts';

export const MINUTE_MS = 60_000;
const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** One summed-up minute, and what must be known to say whether it can stand for its samples. */
export interface CpuMinute {
  minute: number;
  /** The reading before its first step, and the last one in it. */
  fromAt: number;
  isBroken: boolean;
  stretch: CpuStretch;
}

/**
 * Keeps the minutes true after a sample was stored: the first sample of a minute ends the one before it, and a late sample
 * changes its own minute and that of the sample after it.
 */
export async function keepMinutes(
  db: OmsDatabase,
  vm: string,
  at: number,
  options: { staleAfterMs: number },
): Promise<void> {
  const samples = db.selectFrom('cpu_samples').select('at').where('vm', '=', vm).limit(1);
  const next = await samples.where('at', '>', at).orderBy('at').executeTakeFirst();
  if (next === undefined) {
    const before = await samples.where('at', '<', at).orderBy('at', 'desc').executeTakeFirst();
    if (before !== undefined && minuteOf(before.at) < minuteOf(at)) await sumUp(db, vm, minuteOf(before.at), options);
    return;
  }
  const { at: latest } = await samples.orderBy('at', 'desc').executeTakeFirstOrThrow();
  for (const minute of new Set([minuteOf(at), minuteOf(next.at)])) {
    if (minute < minuteOf(latest)) await sumUp(db, vm, minute, options);
  }
}

async function sumUp(
  db: OmsDatabase,
  vm: string,
  minute: number,
  { staleAfterMs }: { staleAfterMs: number },
): Promise<void> {
  const readings = await readingsIn(db, vm, { from: minute, to: minute + MINUTE_MS - 1 });
  const summed = summedUp(readings, minute, staleAfterMs);
  if (summed === null) return;
  const { fromAt, isBroken, stretch } = summed;
  const row = {
    from_at: fromAt,
    to_at: stretch.at,
    ms: stretch.use === null ? 0 : stretch.ms,
    mean: stretch.use?.mean ?? null,
    low: stretch.use?.min ?? null,
    high: stretch.use?.max ?? null,
    broken: Number(isBroken),
  };
  await db
    .insertInto('cpu_minutes')
    .values({ vm, minute, ...row })
    .onConflict((conflict) => conflict.columns(['vm', 'minute']).doUpdateSet(row))
    .execute();
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

/** The summed-up minutes that lie wholly in the range, oldest first. */
export async function minutesIn(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
): Promise<CpuMinute[]> {
  const rows = await db
    .selectFrom('cpu_minutes')
    .selectAll()
    .where('vm', '=', vm)
    .where('minute', '>=', from)
    .where('minute', '<=', to - MINUTE_MS + 1)
    .orderBy('minute')
    .execute();
  return rows.map(({ minute, from_at, to_at, ms, mean, low, high, broken }) => ({
    minute,
    fromAt: from_at,
    isBroken: broken === 1,
    stretch: {
      at: to_at,
      ms,
      use: mean === null || low === null || high === null ? null : { mean, min: low, max: high },
    },
  }));
}
