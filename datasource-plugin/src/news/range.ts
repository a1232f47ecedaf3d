/** A range as a request has it: as moments, ms, and as it was written, such as `now-1h`. */
export interface WrittenRange {
  from: number;
  to: number;
  raw: { from: unknown; to: unknown };
}

/** Whether a range ends with the present: only then is there something new to come. */
export function endsNow({ raw }: WrittenRange): boolean {
  return typeof raw.to === 'string' && raw.to.trim() === 'now';
}

/** The same range some time later: what was written relative to now has moved on. */
export function later({ from, to, raw }: WrittenRange, byMs: number): { from: number; to: number } {
  const moves = (written: unknown): boolean => typeof written === 'string' && written.includes('now');
  return { from: moves(raw.from) ? from + byMs : from, to: moves(raw.to) ? to + byMs : to };
}
