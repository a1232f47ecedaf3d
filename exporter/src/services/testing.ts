import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Message, sessionBus, Variant, type MessageBus } from '@jellybrick/dbus-next';

const SYSTEMD = 'org.freedesktop.systemd1';
const NOT_FOUND: FakeUnit = { load: 'not-found', active: 'inactive', sub: 'dead', unit: {}, service: {} };

/** A unit of the fake systemd: the row of the list, and its properties as D-Bus has them. */
export interface FakeUnit {
  load: string;
  active: string;
  sub: string;
  unit: Record<string, Variant>;
  service: Record<string, Variant>;
}

/** Whether the tests can have a bus of their own. */
export function hasDbusDaemon(): boolean {
  if (spawnSync('dbus-daemon', ['--version']).status === 0) return true;
  return false;
}

/** A bus of our own: a real dbus-daemon on a socket in a folder of its own. */
export class PrivateBus {
  readonly address: string;
  readonly #dir: string;
  #daemon: ChildProcess | null = null;

  private constructor(dir: string) {
    this.#dir = dir;
    this.address = `unix:path=${join(dir, 'bus')}`;
  }

  static async create(): Promise<PrivateBus> {
    const bus = new PrivateBus(await mkdtemp(join(tmpdir(), 'faultline-bus-')));
    await bus.start();
    return bus;
  }

  async start(): Promise<void> {
    await rm(join(this.#dir, 'bus'), { force: true });
    const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1', `--address=${this.address}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#daemon = daemon;
    // It prints its address once it listens.
    await Promise.race([
      once(daemon.stdout, 'data'),
      once(daemon, 'error').then(([error]) => Promise.reject(error as Error)),
    ]);
  }

  /** It lives, and does nothing. */
  freeze(): void {
    this.#daemon?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#daemon?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null || daemon.exitCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#dir, { recursive: true });
  }
}

/** systemd's Manager and its units on a bus, as far as they are asked: `ListUnitsByNames` and `Properties.Get`. */
export class FakeSystemd {
  readonly units = new Map<string, FakeUnit>();
  /** Members that were called, in order. */
  readonly calls: string[] = [];
  /** Questions are taken and not answered. */
  isSilent = false;
  /** Leaves the last row out of every list. */
  isShort = false;
  readonly #bus: MessageBus;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  static async start(address: string): Promise<FakeSystemd> {
    const bus = sessionBus({ busAddress: address, authMethods: ['EXTERNAL'] });
    // The bus it lives on is killed by tests.
    (bus as unknown as NodeJS.EventEmitter).on('error', () => undefined);
    const systemd = new FakeSystemd(bus);
    bus.addMethodHandler((call) => systemd.#answer(call));
    await bus.requestName(SYSTEMD);
    return systemd;
  }

  stop(): void {
    this.#bus.disconnect();
  }

  #answer(call: Message): boolean {
    this.calls.push(call.member);
    if (this.isSilent) return true;
    if (call.interface === `${SYSTEMD}.Manager` && call.member === 'ListUnitsByNames') {
      const rows = (call.body[0] as string[]).map((name) => {
        const { load, active, sub } = this.units.get(name) ?? NOT_FOUND;
        return [name, name, load, active, sub, '', pathOf(name), 0, '', '/'];
      });
      if (this.isShort) rows.pop();
      this.#bus.send(Message.newMethodReturn(call, 'a(ssssssouso)', [rows]));
      return true;
    }
    if (call.interface !== 'org.freedesktop.DBus.Properties' || call.member !== 'Get') return false;
    const [kind, name] = call.body as [string, string];
    const unit = [...this.units].find(([unitName]) => pathOf(unitName) === call.path)?.[1];
    const value = (kind.endsWith('.Service') ? unit?.service : unit?.unit)?.[name];
    this.#bus.send(
      value === undefined
        ? Message.newError(call, 'org.freedesktop.DBus.Error.UnknownProperty', `Unknown property ${name}.`)
        : Message.newMethodReturn(call, 'v', [value]),
    );
    return true;
  }
}

/** As systemd makes the object path of a unit: what is no letter or digit is written as `_` and its code. */
function pathOf(name: string): string {
  const escaped = name.replace(/[^A-Za-z0-9]/g, (char) => `_${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `/org/freedesktop/systemd1/unit/${escaped}`;
}

/** A service that runs since 2026-01-01. */
export function runningUnit(pid: number, restarts = 0): FakeUnit {
  return {
    load: 'loaded',
    active: 'active',
    sub: 'running',
    unit: { ActiveEnterTimestamp: new Variant('t', 1_767_225_600_000_000n) },
    service: {
      NRestarts: new Variant('u', restarts),
      Result: new Variant('s', 'success'),
      MainPID: new Variant('u', pid),
    },
  };
}

/** A service that does not run. */
export function idleUnit(options: {
  active?: string;
  sub?: string;
  fileState?: string;
  isMeant?: boolean;
  triggeredBy?: string[];
  result?: string;
}): FakeUnit {
  const { active = 'inactive', sub = 'dead', fileState = 'enabled', isMeant = true, triggeredBy = [] } = options;
  return {
    load: 'loaded',
    active,
    sub,
    unit: {
      ActiveEnterTimestamp: new Variant('t', 0n),
      UnitFileState: new Variant('s', fileState),
      ConditionResult: new Variant('b', isMeant),
      TriggeredBy: new Variant('as', triggeredBy),
    },
    service: {
      NRestarts: new Variant('u', 0),
      Result: new Variant('s', options.result ?? 'success'),
      MainPID: new Variant('u', 0),
    },
  };
}
