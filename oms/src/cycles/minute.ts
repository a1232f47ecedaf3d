import type { CpuStretch } from './cpu.ts';

export const MINUTE_MS = 60_000;
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** One summed-up minute, and what must be known to say whether it can stand for its samples. */
export interface CpuMinute {
  minute: number;
  /** The reading before its first step, and the last one in it. */
  fromAt: number;
  isBroken: boolean;
  stretch: CpuStretch;
}
