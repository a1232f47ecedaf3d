/** A VM's CPU counter, as stored. */
export interface CounterReading {
  /** ms */
  at: number;
  host: string;
  vcpus: number;
  cpuTimeSeconds: number;
}

export interface CpuPoint {
  /** ms; the end of the stretch that the percentage is the mean of. */
  time: number;
  /** Percent of the VM's vCPUs, 0-100; null where the line breaks. */
  cpu: number | null;
}

/**
 * The CPU polyline (A16, A20): the counter's growth between two readings, as a share of what the vCPUs could have used.
 * The line breaks where two readings cannot be compared: the counter was reset, vCPUs were changed, the VM moved to another
 * host or had no process in between (`breaks`), or nothing was read for longer than `maxStepMs`.
 *
 * @param readings oldest first
 * @param breaks moments after which the counter cannot be compared with what went before, in any order
 */
export function cpuPoints(
  readings: CounterReading[],
  { breaks, maxStepMs }: { breaks: number[]; maxStepMs: number },
): CpuPoint[] {
  const points: CpuPoint[] = [];
  readings.forEach((reading, index) => {
    const before = readings[index - 1];
    if (before === undefined) return;
    const isBroken = breaks.some((at) => at > before.at && at <= reading.at);
    const cpu = isBroken || reading.at - before.at > maxStepMs ? null : percentBetween(before, reading);
    if (cpu !== null || points.at(-1)?.cpu !== null) points.push({ time: reading.at, cpu });
  });
  return points;
}

function percentBetween(before: CounterReading, after: CounterReading): number | null {
  const seconds = (after.at - before.at) / 1000;
  const used = after.cpuTimeSeconds - before.cpuTimeSeconds;
  if (before.host !== after.host || before.vcpus !== after.vcpus || used < 0 || seconds <= 0) return null;
  return Math.min(100, (used / seconds / after.vcpus) * 100);
}
