import type { CallOptions } from '../call-options.ts';
import type { Connection } from '../connection.ts';
import type { DomainControlInfo, DomainRef, DomainStats, StatsGroup, TypedValue } from '../domain.ts';
import { CallAbortedError, CallTimeoutError, ConnectionClosedError, RemoteError } from '../errors.ts';
import { Breaker, isStuck } from './breaker.ts';
import { supportedGroups } from './supported-groups.ts';

/** A bulk call enters one monitor after the other: about 1.2 ms each, here with room for a busy host. */
const BULK_MS_PER_DOMAIN = 10;
/** One less than libvirtd works on for one client (max_client_requests): the connection stays able to answer a ping. */
const CALLS_AT_ONCE = 4;

/** A domain that may be asked, and what another connection has just seen of its control interface (null: nothing). */
export interface LaneCandidate {
  ref: DomainRef;
  control: DomainControlInfo | null;
}

/** What goes wrong in a lane, for its owner's log. Nothing of it is thrown. */
export type LaneTrouble =
  | { kind: 'failed'; error: unknown }
  | { kind: 'bulk-failed'; error: unknown; domains: number }
  | { kind: 'domain-failed'; domain: DomainRef; error: unknown }
  | { kind: 'not-answered'; domain: DomainRef; control: DomainControlInfo | null }
  | { kind: 'too-many-stuck'; stuck: number };

/** What a lane needs of a connection. */
export type LaneConnection = Pick<Connection, 'domainStats' | 'closed' | 'close' | 'destroy'>;

export interface MonitorLaneOptions<C extends LaneConnection> {
  /** Opens the lane's own connection, which it gives up when it is stuck. */
  open: () => Promise<C>;
  /** Asks over another connection, which answers also while this lane is stuck. */
  controlInfo: (ref: DomainRef) => Promise<DomainControlInfo>;
  /** Deadline of one call, ms; a bulk call has 10 ms more for each domain. */
  timeoutMs: number;
  /** With so many answers owed, no domain with a monitor is asked any more. */
  maxStuckCalls: number;
  /** ms since the epoch. */
  now: () => number;
  onTrouble: (trouble: LaneTrouble) => void;
  onReconnect: () => void;
}

/** A domain's statistics under libvirt's own field names, and when they were read (ms since the epoch). */
export interface TimedStatistics {
  at: number;
  values: ReadonlyMap<string, TypedValue>;
}

/** Answers by UUID, and the UUIDs of those that were left out or did not answer. */
export interface LaneOutcome<Answer> {
  /** The lane worked, whatever single domains did. */
  ok: boolean;
  answers: Map<string, Answer>;
  missing: Set<string>;
}

/**
 * Calls that enter QEMU's monitor, on a connection of their own. One stopped QEMU holds up such a call for good, and each
 * unanswered one holds one of libvirtd's worker threads. So the lane asks for an explicit list of domains and leaves out those
 * whose control interface is taken; when an answer is late it gives its connection up, finds out who is stuck, and asks the
 * others one by one; and it never asks a domain a second time that owes an answer to the first.
 */
export class MonitorLane<C extends LaneConnection = Connection> {
  readonly #options: MonitorLaneOptions<C>;
  readonly #breaker = new Breaker();
  #connection: C | null = null;
  /** The connection on its way: all who need one wait for the same. */
  #opening: Promise<C> | null = null;
  /** Connections given up because of one late answer: the other calls on them end for no fault of their domains. */
  readonly #givenUp = new WeakSet<C>();
  #isClosed = false;
  #supported: { asked: string; groups: readonly StatsGroup[] } | null = null;
  #wasConnected = false;

  constructor(options: MonitorLaneOptions<C>) {
    this.#options = options;
  }

  /** Domains that owe an answer. */
  get stuckCalls(): number {
    return this.#breaker.stuck;
  }

  /**
   * Statistics of the given domains, as far as they can be had before `signal` ends the caller's patience: one bulk call
   * where nobody is stuck. Call it with every domain of the host, as it also forgets those that are gone. Never throws.
   */
  async statistics(
    candidates: readonly LaneCandidate[],
    groups: readonly StatsGroup[],
    signal: AbortSignal,
  ): Promise<LaneOutcome<TimedStatistics>> {
    this.#breaker.observe(candidates, this.#options.now());
    // A driver that has none of it is known by now, and nobody needs to be asked.
    if (this.#supported?.asked === groups.join() && this.#supported.groups.length === 0) {
      return { ok: true, answers: new Map(), missing: new Set() };
    }
    return this.#guarded<TimedStatistics>(candidates, async (asked, outcome) => {
      const supported = await this.#supportedOf(groups);
      if (supported.length === 0) return;
      const read = (some: readonly LaneCandidate[], timeoutMs: number): Promise<void> =>
        this.#readStatistics(some, supported, outcome, { timeoutMs, signal });
      try {
        await read(asked, this.#options.timeoutMs + BULK_MS_PER_DOMAIN * asked.length);
        return;
      } catch (error) {
        if (isLate(error)) await this.#blame(asked, error, outcome);
        else if (!(error instanceof RemoteError)) throw error;
        this.#options.onTrouble({ kind: 'bulk-failed', error, domains: asked.length });
      }
      for (const candidate of asked) {
        if (outcome.missing.has(candidate.ref.uuid)) continue;
        await this.#askOne(candidate, outcome, signal, () => read([candidate], this.#options.timeoutMs));
      }
    });
  }

  /**
   * The answer of each domain to one call of its own, a few at once. A RemoteError is an answer missing, for a domain that
   * vanished a quiet one. Never throws.
   */
  async each<Answer>(
    candidates: readonly LaneCandidate[],
    ask: (connection: C, ref: DomainRef, options: CallOptions) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<LaneOutcome<Answer>> {
    return this.#guarded<Answer>(candidates, async (asked, outcome) => {
      const queue = [...asked];
      const worker = async (): Promise<void> => {
        for (let candidate = queue.shift(); candidate !== undefined; candidate = queue.shift()) {
          await this.#askAmongOthers(candidate, outcome, { ask, signal, again: (one) => queue.push(one) });
        }
      };
      // Not Promise.all: nobody may be asked any more once the caller has the outcome, nor be asked by two.
      const ends = await Promise.allSettled(Array.from({ length: CALLS_AT_ONCE }, worker));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    });
  }

  /** For good: says goodbye. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = this.#connection;
    this.#connection = null;
    await connection?.close();
  }

  /** For good, without a goodbye. */
  destroy(): void {
    this.#isClosed = true;
    this.#connection?.destroy();
    this.#connection = null;
  }

  get #isFull(): boolean {
    return this.#breaker.stuck >= this.#options.maxStuckCalls;
  }

  /** With too many answers owed, only domains without a monitor are asked. */
  #mayAsk({ ref, control }: LaneCandidate): boolean {
    if (ref.id >= 0 && this.#isFull) return false;
    return this.#breaker.mayAsk(ref, control);
  }

  /** Runs `work` for those that may be asked. What it throws costs the lane its connection, and nobody anything else. */
  async #guarded<Answer>(
    candidates: readonly LaneCandidate[],
    work: (asked: readonly LaneCandidate[], outcome: LaneOutcome<Answer>) => Promise<void>,
  ): Promise<LaneOutcome<Answer>> {
    const outcome: LaneOutcome<Answer> = { ok: true, answers: new Map(), missing: new Set() };
    const asked: LaneCandidate[] = [];
    for (const candidate of candidates) {
      if (this.#mayAsk(candidate)) asked.push(candidate);
      else outcome.missing.add(candidate.ref.uuid);
    }
    if (asked.length > 0) {
      try {
        await work(asked, outcome);
      } catch (error) {
        this.#options.onTrouble({ kind: 'failed', error });
        this.#giveUp(error);
        for (const { ref } of asked) if (!outcome.answers.has(ref.uuid)) outcome.missing.add(ref.uuid);
        outcome.ok = false;
      }
    }
    if (this.#isFull) this.#options.onTrouble({ kind: 'too-many-stuck', stuck: this.#breaker.stuck });
    return outcome;
  }

  async #readStatistics(
    candidates: readonly LaneCandidate[],
    groups: readonly StatsGroup[],
    outcome: LaneOutcome<TimedStatistics>,
    options: CallOptions,
  ): Promise<void> {
    const connection = await this.#connected();
    const domains = candidates.map(({ ref }) => ref);
    const records: DomainStats[] = await connection.domainStats({ groups, domains, flags: { noWait: true } }, options);
    const at = this.#options.now();
    for (const { domain, values } of records) {
      this.#breaker.answered(domain);
      if (values.size > 0) outcome.answers.set(domain.uuid, { at, values });
    }
  }

  /** Where several are asked at once: one answer that is late takes the connection from the others. */
  async #askAmongOthers<Answer>(
    candidate: LaneCandidate,
    outcome: LaneOutcome<Answer>,
    {
      ask,
      signal,
      again,
    }: {
      ask: (connection: C, ref: DomainRef, options: CallOptions) => Promise<Answer>;
      signal: AbortSignal;
      again: (candidate: LaneCandidate) => void;
    },
  ): Promise<void> {
    const { timeoutMs } = this.#options;
    const { ref } = candidate;
    await this.#askOne(candidate, outcome, signal, async () => {
      const connection = await this.#connected();
      try {
        const answer = await ask(connection, ref, { timeoutMs, signal });
        this.#breaker.answered(ref);
        outcome.answers.set(ref.uuid, answer);
      } catch (error) {
        if (error instanceof RemoteError || isLate(error) || !this.#givenUp.has(connection)) throw error;
        const control = await this.#controlNow(ref);
        // Its own answer may be one that is owed; of the others each is asked once more.
        if (control !== null && isStuck(control, timeoutMs / 2)) this.#miss(ref, control, outcome);
        else again(candidate);
      }
    });
  }

  async #askOne<Answer>(
    candidate: LaneCandidate,
    outcome: LaneOutcome<Answer>,
    signal: AbortSignal,
    ask: () => Promise<void>,
  ): Promise<void> {
    const { ref } = candidate;
    if (signal.aborted || !this.#mayAsk(candidate)) {
      outcome.missing.add(ref.uuid);
      return;
    }
    try {
      await ask();
    } catch (error) {
      if (isLate(error)) {
        this.#giveUp(error);
        this.#miss(ref, await this.#controlNow(ref), outcome);
      } else if (error instanceof RemoteError) {
        if (!isGone(error)) this.#options.onTrouble({ kind: 'domain-failed', domain: ref, error });
        outcome.missing.add(ref.uuid);
      } else throw error;
    }
  }

  /** A bulk call is late: whoever's control interface is occupied since then is why. */
  async #blame<Answer>(asked: readonly LaneCandidate[], reason: Error, outcome: LaneOutcome<Answer>): Promise<void> {
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

  #miss<Answer>(ref: DomainRef, control: DomainControlInfo | null, outcome: LaneOutcome<Answer>): void {
    this.#breaker.missed(ref, control, this.#options.now());
    outcome.missing.add(ref.uuid);
    this.#options.onTrouble({ kind: 'not-answered', domain: ref, control });
  }

  /** The groups that the driver has, found out once a connection. */
  async #supportedOf(groups: readonly StatsGroup[]): Promise<readonly StatsGroup[]> {
    const asked = groups.join();
    const connection = await this.#connected();
    if (this.#supported?.asked !== asked) {
      this.#supported = { asked, groups: await supportedGroups(connection, groups, this.#options.timeoutMs) };
    }
    return this.#supported.groups;
  }

  async #connected(): Promise<C> {
    if (this.#connection !== null) return this.#connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #open(): Promise<C> {
    if (this.#isClosed) throw new ConnectionClosedError();
    const connection = await this.#options.open();
    if (this.#hasClosed()) {
      connection.destroy();
      throw new ConnectionClosedError();
    }
    this.#connection = connection;
    this.#supported = null;
    if (this.#wasConnected) this.#options.onReconnect();
    this.#wasConnected = true;
    void connection.closed.then(() => {
      if (this.#connection === connection) this.#connection = null;
    });
    return connection;
  }

  /** Asked anew after a wait, in which it may have been closed. */
  #hasClosed(): boolean {
    return this.#isClosed;
  }

  #giveUp(reason: unknown): void {
    if (this.#connection === null) return;
    this.#givenUp.add(this.#connection);
    this.#connection.destroy(reason instanceof Error ? reason : new Error(String(reason)));
    this.#connection = null;
  }
}

function isLate(error: unknown): error is Error {
  return error instanceof CallTimeoutError || error instanceof CallAbortedError;
}

/** The domain stopped or went away between being listed and being asked: not a failure. */
function isGone({ codeName }: RemoteError): boolean {
  return codeName === 'VIR_ERR_NO_DOMAIN' || codeName === 'VIR_ERR_OPERATION_INVALID';
}
