import type { Logger } from 'pino';
import { ProgramError } from '../../programs/errors.ts';
import type { RunProgram } from '../../programs/run.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import { KINDS, type Observation, type SourceObservations } from '../model.ts';
import { parseSmart } from './parse.ts';

export interface SmartOptions {
  program: string;
  run: RunProgram;
  now: () => number;
  log: Logger;
  /** For one disk. One that hangs is killed, and costs the others no more than this. */
  diskTimeoutMs?: number;
}

const MAX_DISKS = 128;
const DISK_TIMEOUT_MS = 20_000;

interface SmartDevice {
  name: string;
  type: string;
}

/**
 * Asks each disk for its SMART values, one disk at a time. A disk that sleeps is left asleep, and no log is read: reading error logs
 * makes some NVMe disks write new entries into them.
 */
export class SmartReader {
  readonly #options: SmartOptions;
  /** What a disk said last, for while it sleeps. */
  readonly #last = new Map<string, Observation>();

  constructor(options: SmartOptions) {
    this.#options = options;
  }

  /** @throws ProgramError when the disks cannot be listed at all; without smartctl there is nothing, which is no error */
  async read(signal: AbortSignal): Promise<SourceObservations> {
    const { now } = this.#options;
    const at = now();
    const devices = await this.#devices(signal);
    const observations: Observation[] = [];
    for (const device of devices) {
      const observation = await this.#disk(device, signal);
      if (observation !== null) observations.push(observation);
    }
    const names = new Set(devices.map(keyOf));
    for (const key of this.#last.keys()) if (!names.has(key)) this.#last.delete(key);
    // That a disk has no SMART values does not say that it is not there: sysfs says that.
    return { source: 'smart', channel: 'in-band', at, observations, blindTo: new Set(KINDS) };
  }

  /** `--scan` lists without opening; also disks behind RAID controllers, which sysfs does not know. */
  async #devices(signal: AbortSignal): Promise<SmartDevice[]> {
    const { run, program, diskTimeoutMs = DISK_TIMEOUT_MS } = this.#options;
    try {
      const { stdout } = await run({ program, args: ['--scan', '--json=c'], timeoutMs: diskTimeoutMs }, signal);
      return listOf(objectOf(JSON.parse(stdout))['devices'], MAX_DISKS).flatMap((device) => {
        const { name, type } = objectOf(device);
        const [path, kind] = [textOf(name), textOf(type)];
        // They go back onto a command line: nothing that could be an option.
        return path?.startsWith('/dev/') === true && kind !== undefined && /^[a-z0-9_+,:/]+$/i.test(kind)
          ? [{ name: path, type: kind }]
          : [];
      });
    } catch (error) {
      if (error instanceof ProgramError && error.code === 'PROGRAM_MISSING') return [];
      throw error;
    }
  }

  async #disk(device: SmartDevice, signal: AbortSignal): Promise<Observation | null> {
    const { run, program, now, log, diskTimeoutMs = DISK_TIMEOUT_MS } = this.#options;
    const key = keyOf(device);
    const at = now();
    try {
      const { exitCode, stdout } = await run(
        {
          program,
          args: [
            '--json=c',
            '--info',
            '--health',
            '--attributes',
            '--nocheck=standby',
            `--device=${device.type}`,
            device.name,
          ],
          timeoutMs: diskTimeoutMs,
        },
        signal,
      );
      const outcome = parseSmart(device, exitCode, stdout);
      if (outcome.result === 'asleep') return this.#last.get(key) ?? null;
      if (outcome.result === 'failed')
        log.warn({ device: key, error: outcome.message }, 'a disk gives no SMART values');
      if (outcome.result !== 'read') return null;
      const { observation } = outcome;
      const dated: Observation = {
        ...observation,
        readings: [...(observation.readings ?? []), { name: 'smartRead', value: at / 1000 }],
      };
      this.#last.set(key, dated);
      return dated;
    } catch (error) {
      if (signal.aborted || !(error instanceof ProgramError)) throw error;
      log.warn({ device: key, code: error.code, error: error.message }, 'a disk gives no SMART values');
      return null;
    }
  }
}

function keyOf({ name, type }: SmartDevice): string {
  return `${name} ${type}`;
}
