import type { Observation } from '../model.ts';
import { integerOf } from './files.ts';
import { defineReader, readingOf } from './reader.ts';

interface CpuThread {
  package: string;
  /** Since the boot; absent where the processor does not count them. */
  packageThrottles?: string;
}

/** Thermal throttling: the same count stands at every thread of a package, so one of them is read for all. */
export const thermalThrottle = defineReader({
  name: 'thermal_throttle',
  lists: [],
  async read(files): Promise<CpuThread[]> {
    const root = files.sys('devices/system/cpu');
    const threads = (await files.list(root)).filter((entry) => /^cpu\d+$/.test(entry));
    const packages = new Map<string, string>();
    for (const thread of threads) {
      const id = await files.text(`${root}/${thread}/topology/physical_package_id`);
      if (id !== null && !packages.has(id)) packages.set(id, thread);
    }
    return Promise.all(
      [...packages].map(async ([id, thread]): Promise<CpuThread> => {
        const throttles = await files.text(`${root}/${thread}/thermal_throttle/package_throttle_count`);
        return { package: id, ...(throttles !== null && { packageThrottles: throttles }) };
      }),
    );
  },
  parse: (threads: CpuThread[]): Observation[] =>
    threads.flatMap(({ package: id, packageThrottles }) => {
      const readings = readingOf('throttles', integerOf(packageThrottles), { sensor: 'package' });
      return readings.length === 0 ? [] : [{ kind: 'cpu', name: `package ${id}`, location: `package ${id}`, readings }];
    }),
});

/** Machine check exceptions, as the kernel counts them for each CPU in /proc/interrupts. */
export const machineCheck = defineReader({
  name: 'machine_check',
  lists: [],
  read: (files) => files.text(files.proc('interrupts')),
  parse(text: string | null): Observation[] {
    const [, counts] = /^\s*MCE:((?:\s+\d+)+)/m.exec(text ?? '') ?? [];
    if (counts === undefined) return [];
    const total = counts
      .trim()
      .split(/\s+/)
      .reduce((sum, count) => sum + Number(count), 0);
    return [{ kind: 'board', name: 'system', readings: [{ name: 'machineChecks', value: total }] }];
  },
});
