import { sql, type RawBuilder } from 'kysely';

/**
 * How what overlaps a time range is found at a cost that does not grow with what was before it.
 *
 * Most records are short: those that overlap a range began at most {@link LONG_MS} before it, which an index by begin finds. The few
 * longer ones, and those that have not ended, have a partial index of their own; SQLite and PostgreSQL use it only where a query
 * repeats its condition word by word, so the number stands there as it is here.
 */
export const LONG_MS = 86_400_000;

/** A range, ms. */
export interface Overlap {
  from: number;
  to: number;
  /** `from` less {@link LONG_MS}: a prepared query computes nothing. */
  longBefore: number;
}

/** One VM's records in a range. */
export interface OverlapOfVm extends Overlap {
  vm: string;
}

export const overlapOf = ({ from, to }: { from: number; to: number }): Overlap => ({
  from,
  to,
  longBefore: from - LONG_MS,
});
export const overlapOfVm = (vm: string, range: { from: number; to: number }): OverlapOfVm => ({
  vm,
  ...overlapOf(range),
});

/** Where records have their begin and end. */
interface Columns {
  began: string;
  ended: string;
}

type Conditions = readonly [recent: RawBuilder<boolean>, long: RawBuilder<boolean>];

/**
 * Two conditions, each with its index: every record that overlaps the range meets one of them. One that has not ended overlaps all that
 * comes after its begin.
 *
 * @param isRecent where the index is by another expression of the begin: whether it is from `longBefore` to `to`
 */
export function overlappingOfAny(
  { from, to, longBefore }: Overlap,
  columns: Columns,
  isRecent?: RawBuilder<boolean>,
): Conditions {
  const [began, ended] = [sql.ref(columns.began), sql.ref(columns.ended)];
  const reaches = sql`(${ended} is null or ${ended} >= ${from})`;
  return [
    sql<boolean>`${reaches} and ${isRecent ?? sql`${began} >= ${longBefore} and ${began} <= ${to}`}`,
    sql<boolean>`${reaches} and ${began} < ${longBefore} and (${ended} is null or ${ended} - ${began} > 86400000)`,
  ];
}

/** The same of one VM. */
export function overlapping(range: OverlapOfVm, columns: Columns): Conditions {
  const [recent, long] = overlappingOfAny(range, columns);
  return [sql<boolean>`vm = ${range.vm} and ${recent}`, sql<boolean>`vm = ${range.vm} and ${long}`];
}
