import { mkdir, realpath } from 'node:fs/promises';
import { clearAway, removeIfEmpty, sweepLocks, type DownReport } from './down.ts';
import type { Accelerator } from './domain-xml.ts';
import { LabError } from './errors.ts';
import { undefinedIfMissing } from './files.ts';
import { LabGuest } from './guest.ts';
import { LabHost } from './host.ts';
import { withLock } from './lock.ts';
import { setGatewaySilent, setOutside } from './network.ts';
import { extendState, type Wishes } from './plan.ts';
import { defaultCache, defaultFolder, preflight } from './provisions.ts';
import { runnerFor, type Run } from './run.ts';
import { readState, writeState, type LabState } from './state.ts';
import { bootHosts, defineGuests, recordedOrNewState, refuseForeignFolder } from './up.ts';

export interface UpOptions extends Wishes {
  /** Where the lab keeps everything. Default FAULTLINE_LAB, or /var/lib/faultline-lab. Must be empty or a lab's. */
  folder?: string;
  /** Where guest images are kept between labs. Default FAULTLINE_LAB_CACHE, or ~/.cache/faultline-lab. */
  cache?: string;
  /** Start the guests and wait until their agents answer. Default true; otherwise they are only defined. */
  boot?: boolean;
  /** Told what takes long. */
  onProgress?: (line: string) => void;
}

/** A running lab: libvirt hosts and guests on this machine. */
export class Lab {
  readonly folder: string;
  readonly accelerator: Accelerator;
  readonly hosts: readonly LabHost[];
  readonly guests: readonly LabGuest[];
  readonly #run: Run;

  private constructor(folder: string, state: LabState) {
    this.folder = folder;
    this.accelerator = state.accelerator;
    const run = runnerFor(folder);
    this.#run = run;
    this.hosts = state.hosts.map((record) => new LabHost(folder, record, run));
    this.guests = state.guests.map((record) => new LabGuest(record, this.host(record.host)));
  }

  /**
   * Brings a lab up: makes what is wished for and not there yet, and starts what has ended. With no wishes: what the
   * folder records, or one host with two guests. Throws LabError.
   */
  static async up(options: UpOptions = {}): Promise<Lab> {
    const { boot = true, cache = defaultCache(), onProgress: say = (): void => undefined } = options;
    await preflight(runnerFor(options.folder ?? defaultFolder()));
    const folder = await openFolder(options.folder ?? defaultFolder());
    const run = runnerFor(folder);
    return withLock(folder, async () => {
      await refuseForeignFolder(folder);
      const state = extendState(await recordedOrNewState(run, folder, cache, say), options);
      await writeState(folder, state);
      const lab = new Lab(folder, state);
      await bootHosts(run, folder, state, lab.hosts);
      say(`libvirtd answers on ${namesOf(lab.hosts)}; guests run under ${state.accelerator.toUpperCase()}`);
      await Promise.all(lab.hosts.map((host) => defineGuests(run, folder, state, host)));
      if (boot) await lab.#startGuests(say);
      return lab;
    });
  }

  /** The lab that is recorded in a folder. Throws LabError `lab-not-found`, `state-damaged`. */
  static async attach(folder: string = defaultFolder()): Promise<Lab> {
    const real = await realpath(folder).catch(undefinedIfMissing);
    const state = real === undefined ? undefined : await readState(real);
    if (real === undefined || !state) throw new LabError('lab-not-found', `there is no lab in ${folder}: bring one up`);
    return new Lab(real, state);
  }

  /**
   * Ends the lab in a folder, whatever state it is in, and removes all it made. Nothing to do is success.
   * Throws LabError `folder-busy`, `processes-left`.
   */
  static async down(folder: string = defaultFolder()): Promise<DownReport> {
    const real = await openFolder(folder);
    const report = await withLock(real, async () => {
      const cleared = await clearAway(runnerFor(real), real);
      await sweepLocks(real);
      return cleared;
    });
    await removeIfEmpty(real);
    return report;
  }

  /** Ends this lab: see {@link Lab.down}. */
  down(): Promise<DownReport> {
    return Lab.down(this.folder);
  }

  /** Throws LabError `host-unknown`. */
  host(name: string): LabHost {
    const found = this.hosts.find((host) => host.name === name);
    if (!found) throw new LabError('host-unknown', `no host ${name}; there are: ${namesOf(this.hosts)}`);
    return found;
  }

  /** A guest by name or uuid. Throws LabError `guest-unknown`. */
  guest(nameOrUuid: string): LabGuest {
    const found =
      this.guests.find(({ name }) => name === nameOrUuid) ?? this.guests.find(({ uuid }) => uuid === nameOrUuid);
    if (!found) throw new LabError('guest-unknown', `no guest ${nameOrUuid}; there are: ${namesOf(this.guests)}`);
    return found;
  }

  /** What is behind the gateway can no longer be reached; the gateway answers. */
  async cutOutside(): Promise<void> {
    await setOutside(this.#run, this.folder, 'down');
  }

  async mendOutside(): Promise<void> {
    await setOutside(this.#run, this.folder, 'up');
  }

  /** The gateway ignores pings, and routes on. */
  async silenceGateway(): Promise<void> {
    await setGatewaySilent(this.#run, this.folder, true);
  }

  async unsilenceGateway(): Promise<void> {
    await setGatewaySilent(this.#run, this.folder, false);
  }

  async #startGuests(say: (line: string) => void): Promise<void> {
    await Promise.all(
      this.guests.map(async (guest) => {
        await guest.start();
        if (await guest.isFrozen()) {
          say(`${guest.name} stays frozen`);
          return;
        }
        await guest.waitForAgent();
        say(`${guest.name} is up, its agent answers`);
      }),
    );
  }
}

const namesOf = (things: readonly { name: string }[]): string => things.map(({ name }) => name).join(', ') || 'none';

async function openFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return realpath(folder);
}
