/** A VM's CPU counter, as stored. */
export interface CounterReading {
  /** ms */
  at: number;
  host: string;
  vcpus: number;
  cpuTimeSeconds: number;
}

/**
 * The use of the CPU over a stretch of time that ends at `at`: one step of the counter, or several summed up. Percent of the
 * VM's vCPUs, 0-100: the mean over the stretch, and the lowest and highest single step. `use` is null where the line breaks.
 */
export interface CpuStretch {
  at: number;
  /** How much time the mean is over. */
  ms: number;
  use: { mean: number; min: number; max: number } | null;
}

export interface StepOptions {
  /** Moments after which the counter cannot be compared with what went before, in order of time. */
  breaks: readonly number[];
  maxStepMs: number;
}

/**
 * The steps between readings (A16, A20): the counter's growth, as a share of what the vCPUs could have used. A step has no
 * use where its two readings cannot be compared: the counter was reset, vCPUs were changed, the VM moved to another host
 * or had no process in between (`breaks`), or nothing was read for longer than `maxStepMs`.
 *
 * @param readings oldest first; the first one only begins the first step
 */
export function* stepsOf(
  readings: Iterable<CounterReading>,
  { breaks, maxStepMs }: StepOptions,
): Generator<CpuStretch> {
  let before: CounterReading | undefined;
  let passed = 0;
  for (const reading of readings) {
    if (before !== undefined) {
      while ((breaks[passed] ?? Infinity) <= before.at) passed += 1;
      const isBroken = (breaks[passed] ?? Infinity) <= reading.at;
      const ms = reading.at - before.at;
      const percent = isBroken || ms > maxStepMs ? null : percentBetween(before, reading);
      yield { at: reading.at, ms, use: percent === null ? null : { mean: percent, min: percent, max: percent } };
    }
    before = reading;
  }
}

function percentBetween(before: CounterReading, after: CounterReading): number | null {
  const seconds = (after.at - before.at) / 1000;
  const used = after.cpuTimeSeconds - before.cpuTimeSeconds;
  if (before.host !== after.host || before.vcpus !== after.vcpus || used < 0 || seconds <= 0) return null;
  return Math.min(100, (used / seconds / after.vcpus) * 100);
}

/** Two stretches as one that ends where the later one does. */
export function joined(earlier: CpuStretch | null, later: CpuStretch): CpuStretch {
  if (earlier?.use == null || later.use === null) return later;
  const ms = earlier.ms + later.ms;
  return {
    at: later.at,
    ms,
    use: {
      mean: (earlier.use.mean * earlier.ms + later.use.mean * later.ms) / ms,
      min: Math.min(earlier.use.min, later.use.min),
      max: Math.max(earlier.use.max, later.use.max),
    },
  };
}
