import {
  CallAbortedError,
  CallTimeoutError,
  RemoteError,
  type DomainControlInfo,
  type DomainRef,
  type StatsGroup,
} from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { DomainStatistics } from '../snapshot.ts';
import { Breaker, isStuck } from './breaker.ts';
import { isVanished, messageOf, type HostConnection } from './link.ts';

/** A bulk call enters one monitor after the other: about 1.2 ms each, here with room for a busy host. */
const BULK_MS_PER_DOMAIN = 10;

export interface StatsCandidate {
  ref: DomainRef;
  control: DomainControlInfo | null;
}

export interface StatsLaneOptions {
  open: () => Promise<HostConnection>;
  /** Asks the state lane, which answers also while this lane is stuck. */
  controlInfo: (ref: DomainRef) => Promise<DomainControlInfo>;
  groups: readonly StatsGroup[];
  timeoutMs: number;
  maxStuckCalls: number;
  now: () => number;
  log: Logger;
  onReconnect: () => void;
}

export interface StatsOutcome {
  /** The lane worked, whatever single domains did. */
  ok: boolean;
  /** By UUID. */
  statistics: Map<string, DomainStatistics>;
  /** UUIDs that were left out, or did not answer. */
  timedOut: Set<string>;
}

/**
 * Lane 2 (decision 2): statistics, which enter QEMU's monitor. One stopped QEMU holds up a bulk call for good, so the lane has a
 * connection of its own that it gives up when an answer is late, and then asks the others one by one.
 */
export class StatsLane {
  readonly #options: StatsLaneOptions;
  readonly #breaker = new Breaker();
  #connection: HostConnection | null = null;
  #wasConnected = false;

  constructor(options: StatsLaneOptions) {
    this.#options = options;
  }

  get stuckCalls(): number {
    return this.#breaker.stuck;
  }

  /** Statistics of the given domains, as far as they can be had before `signal` ends the cycle's patience. Never throws. */
  async read(candidates: readonly StatsCandidate[], signal: AbortSignal): Promise<StatsOutcome> {
    const outcome: StatsOutcome = { ok: true, statistics: new Map(), timedOut: new Set() };
    this.#breaker.observe(candidates, this.#options.now());
    const asked: StatsCandidate[] = [];
    for (const candidate of candidates) {
      if (this.#mayAsk(candidate)) asked.push(candidate);
      else outcome.timedOut.add(candidate.ref.uuid);
    }
    if (asked.length === 0) return outcome;
    try {
      await this.#readAll(asked, outcome, signal);
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'statistics cannot be read');
      this.#giveUp(error);
      for (const { ref } of asked) if (!outcome.statistics.has(ref.uuid)) outcome.timedOut.add(ref.uuid);
      outcome.ok = false;
    }
    if (this.#isFull) {
      const text = 'too many domains owe an answer: no more are asked for statistics until one gives it';
      this.#options.log.error({ owing: this.#breaker.stuck }, text);
    }
    return outcome;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    await connection?.close();
  }

  destroy(): void {
    this.#connection?.destroy();
    this.#connection = null;
  }

  /** Each answer owed holds one of libvirtd's worker threads. */
  get #isFull(): boolean {
    return this.#breaker.stuck >= this.#options.maxStuckCalls;
  }

  /** With too many answers owed, only domains without a monitor are asked. */
  #mayAsk({ ref, control }: StatsCandidate): boolean {
    if (ref.id >= 0 && this.#isFull) return false;
    return this.#breaker.mayAsk(ref, control);
  }

  async #readAll(asked: readonly StatsCandidate[], outcome: StatsOutcome, signal: AbortSignal): Promise<void> {
    const bulkTimeoutMs = this.#options.timeoutMs + BULK_MS_PER_DOMAIN * asked.length;
    try {
      await this.#ask(asked, outcome, bulkTimeoutMs, signal);
      return;
    } catch (error) {
      if (isLate(error)) await this.#blame(asked, error, outcome);
      else if (!(error instanceof RemoteError)) throw error;
      this.#options.log.warn(
        { error: messageOf(error), domains: asked.length },
        'bulk statistics failed: asking one by one',
      );
    }
    for (const candidate of asked) {
      if (!outcome.timedOut.has(candidate.ref.uuid)) await this.#readOne(candidate, outcome, signal);
    }
  }

  async #readOne(candidate: StatsCandidate, outcome: StatsOutcome, signal: AbortSignal): Promise<void> {
    const { ref } = candidate;
    if (signal.aborted || !this.#mayAsk(candidate)) {
      outcome.timedOut.add(ref.uuid);
      return;
    }
    try {
      await this.#ask([candidate], outcome, this.#options.timeoutMs, signal);
    } catch (error) {
      if (isLate(error)) {
        this.#giveUp(error);
        this.#miss(ref, await this.#controlNow(ref), outcome);
      } else if (error instanceof RemoteError) {
        if (!isVanished(error)) {
          this.#options.log.warn(
            { domain: ref.name, uuid: ref.uuid, error: messageOf(error) },
            'no statistics of the domain',
          );
        }
        outcome.timedOut.add(ref.uuid);
      } else throw error;
    }
  }

  async #ask(
    candidates: readonly StatsCandidate[],
    outcome: StatsOutcome,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const connection = await this.#connected();
    const records = await connection.domainStats(
      { groups: this.#options.groups, domains: candidates.map(({ ref }) => ref), flags: { noWait: true } },
      { timeoutMs, signal },
    );
    const at = this.#options.now();
    for (const { domain, values } of records) {
      this.#breaker.answered(domain);
      if (values.size > 0) outcome.statistics.set(domain.uuid, { at, values });
    }
  }

  /** A bulk call is late: whoever's control interface is occupied since then is why. */
  async #blame(asked: readonly StatsCandidate[], reason: Error, outcome: StatsOutcome): Promise<void> {
    this.#giveUp(reason);
    for (const { ref } of asked) {
      if (ref.id < 0) continue;
      const control = await this.#controlNow(ref);
      if (control !== null && isStuck(control, this.#options.timeoutMs / 2)) this.#miss(ref, control, outcome);
    }
  }

  /** Null when the domain stopped or vanished meanwhile: then nothing of it is stuck. */
  async #controlNow(ref: DomainRef): Promise<DomainControlInfo | null> {
    try {
      return await this.#options.controlInfo(ref);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return null;
    }
  }

  #miss(ref: DomainRef, control: DomainControlInfo | null, outcome: StatsOutcome): void {
    this.#breaker.missed(ref, control, this.#options.now());
    outcome.timedOut.add(ref.uuid);
    this.#options.log.warn(
      { domain: ref.name, uuid: ref.uuid, control },
      'the domain does not answer: left out of the statistics',
    );
  }

  async #connected(): Promise<HostConnection> {
    if (this.#connection === null) {
      const connection = await this.#options.open();
      this.#connection = connection;
      if (this.#wasConnected) this.#options.onReconnect();
      this.#wasConnected = true;
      void connection.closed.then(() => {
        if (this.#connection === connection) this.#connection = null;
      });
    }
    return this.#connection;
  }

  #giveUp(reason: unknown): void {
    this.#connection?.destroy(reason instanceof Error ? reason : new Error(messageOf(reason)));
    this.#connection = null;
  }
}

function isLate(error: unknown): error is Error {
  return error instanceof CallTimeoutError || error instanceof CallAbortedError;
}
