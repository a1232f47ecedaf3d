import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import { createProgramRunner, type RunProgram } from '../programs/run.ts';
import type { Source } from '../sources/source.ts';
import { bmcReader, type BmcSettings } from './bmc/source.ts';
import { HostFiles } from './host/files.ts';
import { hostReaders } from './host/index.ts';
import { parsePressure, readPressure, type HostPressure } from './host/memory.ts';
import { observeHost, type HostObservations } from './host/source.ts';
import type { SourceObservations } from './model.ts';
import { SmartReader } from './smart/source.ts';
import { HardwareWatch, type HardwareReading } from './watch.ts';

/** What a cycle knows of the host's hardware, and of how short of memory and time it is. */
export interface HostHardware extends HardwareReading {
  pressure: HostPressure;
}

export interface HardwareSettings extends BmcSettings {
  sysfsPath: string;
  procfsPath: string;
  udevDataPath: string;
  hardwareRememberMs: number;
  smartIntervalMs: number;
  smartProgram: string;
  bmcIntervalMs: number;
}

/** For one cycle's look at sysfs. A driver that hangs costs the cycle no more, and the BMC's word still counts. */
const HOST_TIMEOUT_MS = 4000;
const SMART_TIMEOUT_MS = 10 * 60_000;

/**
 * The sources of hardware: the host in every cycle, its disks and its BMC each at its own pace. They share one watch, which joins what
 * each said last.
 */
export function hardwareSources(
  settings: HardwareSettings,
  { now, log, run = createProgramRunner() }: { now: () => number; log: Logger; run?: RunProgram },
): Source[] {
  const watch = new HardwareWatch({ forgetAfterMs: settings.hardwareRememberMs });
  const bmc = bmcReader(settings, { now, log, run });
  return [
    hostSource(watch, settings, { now, log }),
    smartSource(watch, new SmartReader({ program: settings.smartProgram, run, now, log }), settings.smartIntervalMs),
    ...(bmc === null ? [] : [bmcSource(watch, bmc, settings)]),
  ];
}

function hostSource(
  watch: HardwareWatch,
  { sysfsPath, procfsPath, udevDataPath }: HardwareSettings,
  { now, log }: { now: () => number; log: Logger },
): Source<'hardware'> {
  const files = new HostFiles({ sysfs: sysfsPath, procfs: procfsPath, udevData: udevDataPath });
  const trouble = new TroubleLog(log);
  let underWay: Promise<HostObservations> | null = null;
  watch.expect('host', 'in-band', HOST_TIMEOUT_MS);
  return {
    name: 'hardware',
    every: 'cycle',
    timeoutMs: HOST_TIMEOUT_MS + 1000,
    async read() {
      // A reading that hangs is not begun a second time beside itself: each holds one of few threads.
      underWay ??= observeHost(hostReaders, files, now()).finally(() => (underWay = null));
      const [observed, pressure] = await Promise.all([
        within(underWay, HOST_TIMEOUT_MS),
        readPressure(files).then(parsePressure),
      ]);
      if (observed === null) {
        watch.failed('host');
        trouble.note('host', 'its files are not read in time');
      } else {
        watch.deliver(observed);
        trouble.only(observed.failures.map(({ reader, error }) => [reader, messageOf(error)]));
      }
      return { ...watch.cycle(now()), pressure };
    },
  };
}

function smartSource(watch: HardwareWatch, reader: SmartReader, intervalMs: number): Source<'smart'> {
  return {
    name: 'smart',
    every: intervalMs,
    timeoutMs: SMART_TIMEOUT_MS,
    read: (signal) => delivered(watch, 'smart', 'in-band', 2 * intervalMs + SMART_TIMEOUT_MS, reader.read(signal)),
  };
}

function bmcSource(
  watch: HardwareWatch,
  bmc: { name: string; read(signal: AbortSignal): Promise<SourceObservations>; close(): Promise<void> },
  { bmcIntervalMs, bmcTimeoutMs }: HardwareSettings,
): Source<'bmc'> {
  return {
    name: 'bmc',
    every: bmcIntervalMs,
    timeoutMs: bmcTimeoutMs,
    read: (signal) => delivered(watch, bmc.name, 'out-of-band', 2 * bmcIntervalMs + bmcTimeoutMs, bmc.read(signal)),
    close: () => bmc.close(),
  };
}

async function delivered(
  watch: HardwareWatch,
  source: string,
  channel: SourceObservations['channel'],
  freshForMs: number,
  reading: Promise<SourceObservations>,
): Promise<SourceObservations> {
  watch.expect(source, channel, freshForMs);
  try {
    const observations = await reading;
    watch.deliver(observations);
    return observations;
  } catch (error) {
    watch.failed(source);
    throw error;
  }
}

/** Null when it is not there in time. */
async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Says a trouble once, until it is over. */
class TroubleLog {
  readonly #log: Logger;
  readonly #open = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  note(reader: string, error: string): void {
    this.#log[this.#open.has(reader) ? 'debug' : 'warn']({ reader, error }, 'a part of the hardware cannot be read');
    this.#open.add(reader);
  }

  /** All that is wrong now. */
  only(troubles: readonly (readonly [reader: string, error: string])[]): void {
    for (const [reader, error] of troubles) this.note(reader, error);
    const now = new Set(troubles.map(([reader]) => reader));
    for (const reader of this.#open) if (!now.has(reader)) this.#open.delete(reader);
  }
}
