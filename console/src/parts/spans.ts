const HOUR_MS = 3_600_000;

/** For how long an alarm is put on the shelf, or a host out of use, ms. */
export const SPANS = [
  { label: '1 hour', value: HOUR_MS },
  { label: '4 hours', value: 4 * HOUR_MS },
  { label: '12 hours', value: 12 * HOUR_MS },
  { label: '1 day', value: 24 * HOUR_MS },
  { label: '1 week', value: 7 * 24 * HOUR_MS },
] as const;
