import type { HostFiles } from './files.ts';

/** What the host's kernel says of its memory, and of what waits for it. Null where it does not say. */
export interface HostPressure {
  totalBytes: number | null;
  availableBytes: number | null;
  oomKills: number | null;
  /** Seconds since the boot in which at least one task (`some`), or all of them (`full`), waited for the resource. */
  stalls: readonly { resource: string; tasks: 'some' | 'full'; seconds: number }[];
}

interface RawPressure {
  meminfo: string | null;
  vmstat: string | null;
  pressure: Readonly<Record<string, string | null>>;
}

const RESOURCES = ['cpu', 'memory', 'io'] as const;

export async function readPressure(files: HostFiles): Promise<RawPressure> {
  const [meminfo, vmstat, ...pressure] = await Promise.all([
    files.text(files.proc('meminfo')),
    files.text(files.proc('vmstat')),
    ...RESOURCES.map((resource) => files.text(files.proc('pressure', resource))),
  ]);
  return {
    meminfo,
    vmstat,
    pressure: Object.fromEntries(RESOURCES.map((name, index) => [name, pressure[index] ?? null])),
  };
}

export function parsePressure({ meminfo, vmstat, pressure }: RawPressure): HostPressure {
  const kibibytes = (name: string): number | null => {
    const [, value] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo ?? '') ?? [];
    return value === undefined ? null : Number(value) * 1024;
  };
  const [, oomKills] = /^oom_kill (\d+)$/m.exec(vmstat ?? '') ?? [];
  const stalls = Object.entries(pressure).flatMap(([resource, text]) =>
    [...(text ?? '').matchAll(/^(some|full) .*total=(\d+)$/gm)].map(([, tasks, microseconds]) => ({
      resource,
      tasks: tasks as 'some' | 'full',
      seconds: Number(microseconds) / 1e6,
    })),
  );
  return {
    totalBytes: kibibytes('MemTotal'),
    availableBytes: kibibytes('MemAvailable'),
    oomKills: oomKills === undefined ? null : Number(oomKills),
    stalls,
  };
}
