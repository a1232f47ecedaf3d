import { sql, type RawBuilder } from 'kysely';

/**
 * How what overlaps a time range is found at a cost that does not grow with what was before it.
 *
 * Most records are short: those that overlap a range began at most {@link LONG_MS} before it, which an index by begin finds. The few
 * longer ones, and those that have not ended, have a partial index of their own; SQLite and PostgreSQL use it only where a query
 * repeats its condition word by word, so the number stands there as it is here.
 */
export const LONG_MS = 86_400_000;

/** One VM's records in a range, ms. */
export interface OverlapOfVm {
  vm: string;
  from: number;
  to: number;
  /** `from` less {@link LONG_MS}: a prepared query computes nothing. */
  longBefore: number;
}

export const overlapOfVm = (vm: string, { from, to }: { from: number; to: number }): OverlapOfVm => ({
  ...{ vm, from, to, longBefore: from - LONG_MS },
});

/**
 * Two conditions, each with its index: every record that overlaps the range meets one of them. One that has not ended overlaps all that
 * comes after its begin.
 */
export function overlapping(
  { vm, from, to, longBefore }: OverlapOfVm,
  columns: { began: string; ended: string },
): readonly [recent: RawBuilder<boolean>, long: RawBuilder<boolean>] {
  const [began, ended] = [sql.ref(columns.began), sql.ref(columns.ended)];
  const ofVm = sql`vm = ${vm} and (${ended} is null or ${ended} >= ${from})`;
  return [
    sql<boolean>`${ofVm} and ${began} >= ${longBefore} and ${began} <= ${to}`,
    sql<boolean>`${ofVm} and ${began} < ${longBefore} and (${ended} is null or ${ended} - ${began} > 86400000)`,
  ];
}
