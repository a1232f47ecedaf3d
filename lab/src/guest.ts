import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agentAnswers,
  agentExec,
  agentSpawn,
  type AgentTransport,
  type ExecOptions,
  type ExecResult,
} from './agent.ts';
import { consoleLength, consoleSaid, waitForConsole } from './console-log.ts';
import { consoleFileName, GUEST_UP } from './domain-xml.ts';
import { LabError } from './errors.ts';
import type { LabHost } from './host.ts';
import { commandLine, signalProcess, type ProcessStat } from './processes.ts';
import type { GuestRecord } from './state.ts';
import { waitFor } from './wait.ts';

/** A domain's state and the reason for it in virsh's words: `running`/`booted`, `shut off`/`crashed`, ... */
export interface GuestState {
  state: string;
  reason: string;
}

export interface StopOptions {
  /**
   * `agent`: the guest agent is asked; `acpi`: the power button is pressed; `destroy`: the plug is pulled. Default:
   * libvirt's choice, the agent where there is one.
   */
  mode?: 'agent' | 'acpi' | 'destroy';
  /** Default 20 000. */
  deadlineMs?: number;
}

export interface LoadOptions {
  /** It ends by itself after this time. Default 600. */
  seconds?: number;
  /** vCPUs to keep busy. Default all. */
  vcpus?: number;
}

/** Reads the line of `virsh domstate --reason`: "shut off (crashed)". */
export function parseState(line: string): GuestState {
  const found = /^(.*?)(?: \((.*)\))?$/.exec(line.trim());
  return { state: found?.[1] ?? '', reason: found?.[2] ?? '' };
}

/** Reads the CPU time (ns) out of `virsh domstats --cpu-total`. */
export function parseCpuTime(output: string): bigint | undefined {
  const nanoseconds = /^\s*cpu\.time=(\d+)$/m.exec(output)?.[1];
  return nanoseconds === undefined ? undefined : BigInt(nanoseconds);
}

/** One guest. What is asked of libvirt goes through virsh, by uuid, so that any name will do. */
export class LabGuest {
  readonly name: string;
  readonly uuid: string;
  readonly host: LabHost;
  readonly settings: GuestRecord;
  /** File with everything the guest ever printed on its serial console. */
  readonly consolePath: string;
  readonly #send: AgentTransport;
  /** Length of the console log when this object started the guest. */
  #consoleAtStart: number | undefined;

  constructor(record: GuestRecord, host: LabHost) {
    this.name = record.name;
    this.uuid = record.uuid;
    this.settings = record;
    this.host = host;
    this.consolePath = join(host.folder, 'log', 'qemu', consoleFileName(record.uuid));
    this.#send = (command, { deadlineMs }) => {
      // libvirt's own timeout (s) ends first, so that its job on the domain ends too; virsh's is the last resort.
      const timeout = `${Math.max(1, Math.ceil(deadlineMs / 1000))}`;
      const options = { deadlineMs: deadlineMs + 6_000 };
      return host.virsh(['qemu-agent-command', this.uuid, '--timeout', timeout, '--cmd', command], options);
    };
  }

  async state(): Promise<GuestState> {
    return parseState(await this.host.virsh(['domstate', this.uuid, '--reason']));
  }

  /** CPU time used since start, in nanoseconds. */
  async cpuTimeNs(): Promise<bigint> {
    const time = parseCpuTime(await this.host.virsh(['domstats', '--cpu-total', this.uuid]));
    if (time === undefined) throw new LabError('guest-not-running', `${this.name} uses no CPU: it does not run`);
    return time;
  }

  /**
   * Starts the guest if it does not run; it boots on: see {@link waitForAgent}. One that panicked and was preserved is
   * destroyed first.
   */
  async start(): Promise<void> {
    if (await this.qemu()) {
      if ((await this.state()).state !== 'crashed') return;
      await this.stop({ mode: 'destroy' });
    }
    this.#consoleAtStart = await consoleLength(this.consolePath);
    await this.host.virsh(['start', this.uuid], { deadlineMs: 30_000 });
  }

  /** Stops the guest and waits until it is shut off. Does nothing if it is. */
  async stop({ mode, deadlineMs = 20_000 }: StopOptions = {}): Promise<void> {
    if ((await this.state()).state === 'shut off') return;
    if (mode === 'destroy') await this.host.virsh(['destroy', this.uuid], { deadlineMs });
    else await this.host.virsh(['shutdown', this.uuid, ...(mode ? ['--mode', mode] : [])], { deadlineMs });
    await this.waitForState('shut off', deadlineMs);
  }

  /** Reboots the guest in order, as libvirt does by default (through the agent), and waits until it is up again. */
  async reboot(deadlineMs = 60_000): Promise<void> {
    const before = await consoleLength(this.consolePath);
    await this.host.virsh(['reboot', this.uuid]);
    await waitForConsole(this.consolePath, before, GUEST_UP, deadlineMs);
  }

  /** Waits until the guest is in this state, and answers it with its reason. */
  async waitForState(state: string, deadlineMs = 20_000): Promise<GuestState> {
    return waitFor(
      async () => {
        const seen = await this.state();
        return seen.state === state ? seen : undefined;
      },
      { what: `${this.name} to be ${state}`, deadlineMs },
    );
  }

  /** Whether the guest agent answers a ping. A frozen guest costs up to 6 s. */
  agentAnswers(deadlineMs = 1_000): Promise<boolean> {
    return agentAnswers(this.#send, deadlineMs);
  }

  /** Waits until the guest agent answers: 4 s after a start under emulation, with two guests at once 6 s. */
  async waitForAgent(deadlineMs = 60_000): Promise<void> {
    const look = async (): Promise<true | undefined> => {
      if (!(await this.qemu())) throw new LabError('guest-not-running', `${this.name} ended before its agent answered`);
      return (await this.#isThrough()) && (await this.agentAnswers(2_000)) ? true : undefined;
    };
    await waitFor(look, { what: `the guest agent of ${this.name}`, deadlineMs, intervalMs: 100 });
  }

  /** Looking at the console first spares a booting guest the CPU that a virsh for each look costs. */
  async #isThrough(): Promise<boolean> {
    const from = this.#consoleAtStart;
    return from === undefined || (await consoleSaid(this.consolePath, from, GUEST_UP));
  }

  /** Runs a program in the guest through its agent. */
  agentExec(path: string, args: readonly string[] = [], options?: ExecOptions): Promise<ExecResult> {
    return agentExec(this.#send, path, args, options);
  }

  /** Keeps the guest's vCPUs busy until {@link stopLoad}, or until the time is over. */
  async load({ seconds = 600, vcpus = this.settings.vcpus }: LoadOptions = {}): Promise<void> {
    await agentSpawn(this.#send, '/sbin/burn', [`${seconds}`, `${vcpus}`]);
  }

  async stopLoad(): Promise<void> {
    await this.agentExec('/bin/killall', ['-9', 'burn-cpu']);
  }

  /**
   * Makes the guest's kernel panic, through its agent and sysrq, and waits until libvirt has noticed. Answers when it
   * panicked, in ms since the epoch: when "Kernel panic" came out of its serial console, a few ms after it was said.
   * Throws LabError `deadline`, CommandError (no agent to ask).
   */
  async panic(): Promise<number> {
    const before = await consoleLength(this.consolePath);
    const command = ['-c', 'echo c > /proc/sysrq-trigger'];
    let refused: Error | undefined;
    agentSpawn(this.#send, '/bin/sh', command).catch((error: unknown) => {
      // A guest that panics at once cannot answer any more: it is an error only if there is no panic either.
      refused = error instanceof Error ? error : new Error(String(error));
    });
    const at = await waitForConsole(this.consolePath, before, 'Kernel panic - not syncing', 20_000, () => refused);
    const noticed = async (): Promise<true | undefined> => {
      const { state, reason } = await this.state();
      return state !== 'running' || reason === 'crashed' ? true : undefined;
    };
    await waitFor(noticed, { what: `libvirt to notice that ${this.name} panicked`, deadlineMs: 20_000 });
    return at;
  }

  /** The guest's QEMU process, or undefined if it does not run. */
  async qemu(): Promise<ProcessStat | undefined> {
    for (const each of await this.host.processes()) {
      // Not by libvirt's pid file: its name is the guest's, spelled as in XML.
      if ((await commandLine(each.pid)).includes(`-uuid\0${this.uuid}\0`)) return each;
    }
    return undefined;
  }

  /** Pid of the guest's QEMU. Throws LabError `guest-not-running`. */
  async pid(): Promise<number> {
    return (await this.#needQemu()).pid;
  }

  /** Sends a signal to the guest's QEMU. SIGKILL: libvirt says "shut off (crashed)"; SIGTERM looks like a clean end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await signalProcess(await this.#needQemu(), signal);
  }

  /** Stops QEMU as a whole (SIGSTOP): libvirt still says "running", and calls that need its monitor hang. */
  async freeze(): Promise<void> {
    await this.kill('SIGSTOP');
    await this.#waitUntilFrozen(true);
  }

  async thaw(): Promise<void> {
    await this.kill('SIGCONT');
    await this.#waitUntilFrozen(false);
  }

  async #waitUntilFrozen(frozen: boolean): Promise<void> {
    await waitFor(async () => ((await this.isFrozen()) === frozen ? true : undefined), {
      what: `QEMU of ${this.name} to ${frozen ? 'stop' : 'go on'}`,
      deadlineMs: 5_000,
      intervalMs: 10,
    });
  }

  async isFrozen(): Promise<boolean> {
    return (await this.qemu())?.state === 'T';
  }

  /** Pulls the guest's cable: eth0 loses its carrier. Lasts over a restart of the guest until mended. */
  async cutLink(): Promise<void> {
    await this.#setLink('down');
  }

  async mendLink(): Promise<void> {
    await this.#setLink('up');
  }

  async #setLink(state: 'up' | 'down'): Promise<void> {
    const flags = (await this.qemu()) ? [[], ['--config']] : [['--config']];
    for (const flag of flags) {
      await this.host.virsh(['domif-setlink', this.uuid, this.settings.mac, state, ...flag]);
    }
  }

  /** Everything the guest printed on its serial console since it was made. */
  console(): Promise<string> {
    return readFile(this.consolePath, 'utf8');
  }

  async #needQemu(): Promise<ProcessStat> {
    const qemu = await this.qemu();
    if (!qemu) throw new LabError('guest-not-running', `${this.name} does not run`);
    return qemu;
  }
}
