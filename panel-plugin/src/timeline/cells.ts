/** A row of a frame by its fields' names; nothing is known of what is in it. */
export type Row = Record<string, unknown>;

/** Of a row that has one. */
export function time(row: Row): number {
  return row['time'] as number;
}

/** The end of a row, never before its begin; null where it is still so. */
export function timeEnd(row: Row): number | null {
  const end = number(row['timeEnd']);
  return end === null ? null : Math.max(end, time(row));
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** The word, where it is one of those that are known; else `other`. */
export function oneOf<Word extends string>(known: readonly Word[], value: unknown, other: Word): Word {
  return known.find((word) => word === value) ?? other;
}
