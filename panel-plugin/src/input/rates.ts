import { silenceOf } from './columns.ts';

interface Samples {
  times: number[];
  values: (number | null)[];
}

/**
 * What a counter of CPU seconds says of the time before each of its samples: CPU seconds a second, that is vCPUs kept busy. Null
 * where the counter began anew or was silent, and at its first sample.
 */
export function coresOf({ times, values }: Samples, stepMs: number): Samples {
  const silence = silenceOf(stepMs);
  const cores: Samples = { times: [], values: [] };
  let last = -1;
  for (let i = 0; i < times.length; i++) {
    const value = values[i] ?? null;
    if (value === null) {
      continue;
    }
    const at = times[i] as number;
    const waited = last < 0 ? Infinity : at - (times[last] as number);
    const used = last < 0 ? -1 : value - (values[last] as number);
    if (last >= 0) {
      cores.times.push(at);
      cores.values.push(waited <= silence && used >= 0 ? (used * 1000) / waited : null);
    }
    last = i;
  }
  return cores;
}

/** Of several hosts that had the VM one after the other: all samples in one line; where two are of one time, the higher. */
export function joinedSamples(all: readonly Samples[]): Samples {
  return all.length === 1 ? (all[0] as Samples) : combined(all, Math.max);
}

/** The sum of the vCPUs' series. */
export function summedSamples(all: readonly Samples[]): Samples {
  return all.length === 1 ? (all[0] as Samples) : combined(all, (a, b) => a + b);
}

function combined(all: readonly Samples[], of: (a: number, b: number) => number): Samples {
  const at = new Map<number, number | null>();
  for (const { times, values } of all) {
    for (let i = 0; i < times.length; i++) {
      const time = times[i] as number;
      const value = values[i] ?? null;
      const before = at.get(time) ?? null;
      at.set(time, before === null ? value : value === null ? before : of(before, value));
    }
  }
  const times = [...at.keys()].sort((a, b) => a - b);
  return { times, values: times.map((time) => at.get(time) ?? null) };
}

/** Percent of the VM's vCPUs. `vcpus` is how many it had over time: of each moment the last one told, before the first the first. */
export function percentOfVcpus({ times, values }: Samples, vcpus: Samples | number): Samples {
  let known = 0;
  const count = (time: number) => {
    if (typeof vcpus === 'number') {
      return vcpus;
    }
    while (known + 1 < vcpus.times.length && (vcpus.times[known + 1] as number) <= time) {
      known++;
    }
    return vcpus.values[known] ?? 0;
  };
  return {
    times,
    values: times.map((time, i) => {
      const value = values[i] ?? null;
      const of = count(time);
      return value === null || of <= 0 ? null : (100 * value) / of;
    }),
  };
}
