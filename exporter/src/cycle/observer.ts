import { EventEmitter, once } from 'node:events';
import {
  MonitorLane,
  RemoteError,
  superviseConnection,
  type DomainEvent,
  type DomainEventKind,
  type DomainRef,
  type SessionContext,
  type StatsGroup,
} from '@faultline/libvirt';
import { waitMs, withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import type { RawState } from '@faultline/contracts';
import type { Health } from '../health.ts';
import type { HostIdentity, HostSnapshot } from '../snapshot.ts';
import type { CycleReadings } from '../sources/runner.ts';
import { COUNTED_KINDS } from './event-counts.ts';
import { afterHandOver, DomainMemory } from './domain-memory.ts';
import { JobRounds } from './jobs.ts';
import { FreeMonitors } from './free-monitors.ts';
import { messageOf, type ConnectToHost, type HostConnection } from './link.ts';
import { logTrouble } from './lane-log.ts';
import { StateLane, type DomainReading } from './state-lane.ts';

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 15_000;
const EVENT_STATE_TIMEOUT_MS = 2000;
/** Drivers whose domains have a process with a control interface; the test driver's have none. */
const MONITOR_DRIVERS = new Set(['QEMU']);
/** What is told to the OMS; the other kinds are progress, or follow from what a cycle reads. */
const REPORTED_KINDS: readonly DomainEventKind[] = ['lifecycle', 'reboot', 'watchdog', 'io-error', 'agent'];
/** The last only says that the XML is another one. */
const KINDS: readonly DomainEventKind[] = [...COUNTED_KINDS, 'metadata-change'];

export interface ObserverOptions {
  connect: ConnectToHost;
  uri: string;
  /** Instead of what libvirtd calls the host. */
  hostName?: string;
  intervalMs: number;
  callTimeoutMs: number;
  statsTimeoutMs: number;
  statsMaxStuckCalls: number;
  statsGroups: readonly StatsGroup[];
  /** Whether the domains are asked for their jobs: a call for each. */
  asksForJobs: boolean;
  now: () => number;
  random?: () => number;
  log: Logger;
  health: Health;
  /** When the host was last seen before this process began, ms. */
  lastSeen?: number;
  /** The sources beside libvirt: those of the cycle are read now, of the others what they delivered last. */
  readSources: (signal: AbortSignal) => Promise<CycleReadings>;
  /** Every cycle, good or failed. */
  onSnapshot: (snapshot: HostSnapshot) => void;
  /** The last cycle again, without what a domain's new host shows from now on. */
  onRevision: (snapshot: HostSnapshot) => void;
  /** `at` is the moment of receipt. */
  onEvent: (host: string, event: DomainEvent, at: number) => void;
  /** Before the snapshot of the first good cycle after a time without any. */
  onGap: (host: string, gap: { from: number; to: number; cause: string }) => void;
}

/** The two lanes of one session (decision 2). */
interface Lanes {
  states: StateLane;
  statistics: MonitorLane<HostConnection>;
  /** Whether the driver's domains have control interfaces. */
  hasMonitors: boolean;
  /** Says that the connection serves. */
  settled: () => void;
}

/** Watches one libvirt host: connects, reads a cycle at every interval, reconnects, and says when nothing was seen. */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #stop = new AbortController();
  readonly #cycles = new EventEmitter<{ cycle: [HostSnapshot] }>();
  #host: HostIdentity | null = null;
  #connection: HostConnection | null = null;
  #number = 0;
  #everConnected = false;
  /** Last good cycle, or a later event: up to then the host was seen. */
  #lastSeen: number | null;
  /** Why nothing has been seen since. */
  #awayBecause: string | null = 'the exporter was not running';
  /** The cause logged last: the same one again is no news. */
  #lastCause: string | null = null;
  readonly #domains = new DomainMemory();
  readonly #jobs = new JobRounds();
  #free = new FreeMonitors();
  #latest: HostSnapshot | null = null;
  #running: Promise<void> = Promise.resolve();
  /** The failed cycle that is being read; null between two. */
  #away: Promise<void> | null = null;
  /** The sources that are being read; null between two cycles. */
  #reading: Promise<CycleReadings> | null = null;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#lastSeen = options.lastSeen ?? null;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The next cycle that ends, good or failed. */
  async nextCycle(): Promise<HostSnapshot> {
    const [snapshot] = (await once(this.#cycles, 'cycle')) as [HostSnapshot];
    return snapshot;
  }

  /** The state of a domain now; null when the domain is gone or libvirtd does not answer at once. */
  async stateNow(ref: DomainRef): Promise<RawState | null> {
    try {
      const answer = await this.#connection?.domainState(ref, { timeoutMs: EVENT_STATE_TIMEOUT_MS });
      return answer === undefined ? null : { state: answer.state, reason: answer.reason };
    } catch (error) {
      this.#options.log.debug({ domain: ref.name, error: messageOf(error) }, 'no state to go with the event');
      return null;
    }
  }

  async #run(): Promise<void> {
    const { connect, uri, callTimeoutMs, intervalMs, random } = this.#options;
    await superviseConnection({
      connect: (signal) => connect({ uri, readOnly: true, connectTimeoutMs: callTimeoutMs, callTimeoutMs, signal }),
      session: (connection, context) => this.#session(connection, context),
      onSetback: ({ error }) => {
        this.#note(messageOf(error));
        // Its sources may take longer than the pause between two attempts.
        this.#away ??= this.#awayCycle().finally(() => {
          this.#away = null;
        });
      },
      // While libvirtd is away there is a cycle for each attempt, at the pace of the sources.
      backoff: { firstMs: FIRST_RETRY_MS, maxMs: Math.min(MAX_RETRY_MS, Math.max(FIRST_RETRY_MS, intervalMs)), random },
      signal: this.#stop.signal,
    });
    await this.#away;
  }

  /** One connection from beginning to end. */
  async #session(connection: HostConnection, { signal, settled }: SessionContext): Promise<void> {
    const { uri, callTimeoutMs, log, health } = this.#options;
    await this.#away;
    // What was free before the connection was lost may be stuck by now.
    this.#free = new FreeMonitors();
    const states = new StateLane({ connection, callTimeoutMs, now: this.#options.now, log });
    const statistics = this.#monitorLane(states);
    try {
      if (this.#everConnected) health.reconnects.inc({ lane: 'state' });
      this.#everConnected = true;
      this.#host = await this.#identify(connection);
      const hasMonitors = MONITOR_DRIVERS.has(await connection.hypervisorType());
      // Before the states are read, so that no change falls between the two.
      await connection.subscribe({
        kinds: KINDS,
        onEvent: (event) => {
          this.#event(event, states);
        },
      });
      this.#connection = connection;
      log.info({ uri, host: this.#host.name, libvirt: this.#host.libvirtVersion }, 'connected to libvirtd');
      await this.#cyclesUntil(signal, { states, statistics, hasMonitors, settled });
    } finally {
      this.#connection = null;
      // A daemon that stopped answering would not answer a goodbye either.
      if (this.#stop.signal.aborted) await statistics.close();
      else statistics.destroy();
    }
  }

  async #identify(connection: HostConnection): Promise<HostIdentity> {
    const { hostName } = this.#options;
    const [name, libvirtVersion, hypervisorVersion] = await Promise.all([
      hostName ?? connection.hostname(),
      connection.libVersion(),
      versionOrNull(connection.hypervisorVersion()),
    ]);
    return { name: name.slice(0, 255), libvirtVersion, hypervisorVersion };
  }

  #monitorLane(states: StateLane): MonitorLane<HostConnection> {
    const { connect, uri, callTimeoutMs, statsTimeoutMs, statsMaxStuckCalls, now, log, health } = this.#options;
    const tell = logTrouble(log);
    return new MonitorLane({
      open: () => connect({ uri, readOnly: true, connectTimeoutMs: callTimeoutMs, callTimeoutMs }),
      controlInfo: (ref) => states.controlInfo(ref),
      timeoutMs: statsTimeoutMs,
      maxStuckCalls: statsMaxStuckCalls,
      now,
      onTrouble: (trouble) => {
        // What a stop breaks off says nothing of a domain.
        if (!this.#stop.signal.aborted) tell(trouble);
      },
      onReconnect: () => {
        health.reconnects.inc({ lane: 'statistics' });
      },
    });
  }

  /** Cycles on a fixed grid; one that takes longer than the interval costs the ones it runs over. */
  async #cyclesUntil(signal: AbortSignal, lanes: Lanes): Promise<void> {
    const { intervalMs, health } = this.#options;
    let due = performance.now();
    while (!signal.aborted) {
      await this.#cycle(lanes, signal);
      const missed = Math.floor((performance.now() - due) / intervalMs);
      if (missed > 0) health.overruns.inc(missed);
      due += (missed + 1) * intervalMs;
      await waitMs(due - performance.now(), signal);
    }
  }

  async #cycle({ states, statistics, hasMonitors, settled }: Lanes, signal: AbortSignal): Promise<void> {
    const { now, health, intervalMs, statsTimeoutMs, statsGroups, asksForJobs } = this.#options;
    const at = now();
    const startedAt = performance.now();
    const sourcesRead = this.#readSources();
    const found = await states.read((ref) => hasMonitors && !this.#free.wasFree(ref));
    const readAt = performance.now();
    const patienceMs = Math.max(intervalMs, 4 * statsTimeoutMs);
    const { outcome, jobs } = await withDeadline(signal, patienceMs, async (either) => {
      const outcome = await statistics.statistics(found, groupsOf(found, statsGroups), either);
      this.#free.observe(outcome.answers, found);
      const isFree = (ref: DomainRef): boolean => this.#free.wasFree(ref);
      return { outcome, jobs: asksForJobs ? await this.#jobs.read(statistics, found, isFree, either) : new Map() };
    });
    const readings = hasMonitors ? await states.withControl(found, (ref) => this.#free.wasFree(ref)) : found;
    const endedAt = performance.now();
    const sources = await sourcesRead;
    if (signal.aborted) return;
    health.stuckCalls.set(statistics.stuckCalls);
    health.cycles.inc({ result: 'ok' });
    health.cycleDuration.observe((endedAt - startedAt) / 1000);
    this.#back(at);
    settled();
    this.#publish({
      host: this.#host,
      up: true,
      cycle: { number: (this.#number += 1), at },
      domains: this.#domains.domains({ at, readings, statistics: outcome, jobs }),
      readings: sources.readings,
      sources: {
        ...sources.reports,
        state: { ok: true, durationMs: readAt - startedAt },
        statistics: { ok: outcome.ok, durationMs: endedAt - readAt },
      },
    });
  }

  #event(event: DomainEvent, states: StateLane): void {
    const at = this.#options.now();
    this.#options.health.events.inc({ event: event.kind });
    states.descriptions.note(event);
    this.#domains.note(event, at);
    this.#jobs.note(event);
    const revision = this.#latest === null ? null : afterHandOver(this.#latest, event);
    if (revision !== null) {
      this.#latest = revision;
      this.#options.onRevision(revision);
    }
    if (this.#awayBecause === null) this.#lastSeen = at;
    const isReported = REPORTED_KINDS.includes(event.kind);
    if (this.#host !== null && isReported) this.#options.onEvent(this.#host.name, event, at);
  }

  /** The host is seen again: what lies between is a fact to report, not a state to guess (habit 12). */
  #back(at: number): void {
    const cause = this.#awayBecause;
    if (cause !== null && this.#host !== null && this.#lastSeen !== null && this.#lastSeen < at) {
      this.#options.onGap(this.#host.name, { from: this.#lastSeen, to: at, cause });
    }
    this.#awayBecause = null;
    this.#lastCause = null;
    this.#lastSeen = Math.max(at, this.#lastSeen ?? 0);
  }

  /** Never asked twice at once: when libvirtd breaks off, what is under way for the cycle that failed is read on. */
  #readSources(): Promise<CycleReadings> {
    this.#reading ??= this.#options.readSources(this.#stop.signal).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  #note(cause: string): void {
    const { log, uri } = this.#options;
    log[this.#lastCause === cause ? 'debug' : 'warn']({ uri, cause }, 'libvirtd is not reached');
    this.#lastCause = cause;
    this.#awayBecause ??= cause;
  }

  /** Nothing of the domains is claimed while libvirtd is away; the host itself is read on. */
  async #awayCycle(): Promise<void> {
    const { health, now } = this.#options;
    health.cycles.inc({ result: 'failed' });
    health.stuckCalls.set(0);
    const failed = { ok: false, durationMs: 0 };
    const at = now();
    const { readings, reports } = await this.#readSources();
    this.#publish({
      host: this.#host,
      up: false,
      cycle: { number: (this.#number += 1), at },
      domains: [],
      readings,
      sources: { ...reports, state: failed, statistics: failed },
    });
  }

  #publish(snapshot: HostSnapshot): void {
    this.#latest = snapshot;
    this.#options.onSnapshot(snapshot);
    this.#cycles.emit('cycle', snapshot);
  }
}

/** The groups without those of devices that no domain has: libvirt would enter every monitor to find that out. */
function groupsOf(domains: readonly DomainReading[], groups: readonly StatsGroup[]): readonly StatsGroup[] {
  const hasDisks = domains.some(({ description }) => description === null || description.disks.length > 0);
  return hasDisks ? groups : groups.filter((group) => group !== 'block');
}

/** A driver without a hypervisor that has a version says so. */
async function versionOrNull(asked: Promise<string>): Promise<string | null> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}
