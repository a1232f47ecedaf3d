/**
 * How what overlaps a time range is found at a cost that does not grow with what was before it.
 *
 * Most records are short: those that overlap a range began at most {@link LONG_MS} before it, which an index by begin finds. The few
 * longer ones, and those that have not ended, have a partial index of their own; SQLite and PostgreSQL use it only where a query
 * repeats its condition word by word, so the number stands there as it is here.
 */
export const LONG_MS = 86_400_000;
