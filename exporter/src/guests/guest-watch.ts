import { createHash } from 'node:crypto';
import type { GuestVerdict, RawState, Suppression } from '@faultline/contracts';
import { CallTimeoutError, isStuck, RemoteError, type DomainRef } from '@faultline/libvirt';
import { waitMs, withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import { GuestAgent } from './agent.ts';
import type { AgentConnection, AgentConnections } from './connections.ts';
import { domainNetworks } from './domain-networks.ts';
import { countInARow, type GuestReport, type InARow } from './report.ts';
import { newBootMemory, probeGuest, unasked, type BootMemory, type RoundOptions, type RoundResult } from './round.ts';
import { explain, suppressionByJob, suppressionByState, type Explained } from './suppression.ts';
import { verdictOf } from './verdict.ts';

/** A stuck QEMU may not say what job it is in. */
const JOB_TIMEOUT_MS = 2000;
/** A control interface is in use for a moment by each call of somebody else. */
const MOMENT_MS = 1000;

export interface GuestWatchOptions extends Pick<
  RoundOptions,
  'configured' | 'externalAddress' | 'pingWaitMs' | 'osMaxAgeMs' | 'writeProbe' | 'now'
> {
  connections: AgentConnections;
  intervalMs: number;
  /** For all that is asked of one VM in one round. */
  timeoutMs: number;
  /** For one answer of an agent. */
  callTimeoutMs: number;
  /** For how long an explanation of silence is accepted. */
  suppressLimitMs: number;
  log: Logger;
}

/** One VM, round after round, for as long as it is listed. */
export class GuestWatch {
  /** As it was listed last. */
  domain: DomainRef;
  readonly #options: GuestWatchOptions;
  #report: GuestReport | null = null;
  #boot: { id: number; memory: BootMemory };
  #explained: Explained | null = null;
  #isSilent = false;
  #everAnswered = false;
  #answeredAt: number | null = null;
  #inARow: InARow = { silent: 0, external: 0, gateway: 0 };
  #failure: string | null = null;

  constructor(domain: DomainRef, options: GuestWatchOptions) {
    this.domain = domain;
    this.#options = options;
    this.#boot = { id: domain.id, memory: newBootMemory() };
  }

  /** What the latest round found; null before the first, and while nothing can be said of the VM. */
  get report(): GuestReport | null {
    return this.#report;
  }

  /** A round in every interval, at this VM's own moment of it. Ends with the signal; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { intervalMs, now } = this.#options;
    const phaseMs = phaseOf(this.domain.uuid, intervalMs);
    let due = now() + ((((phaseMs - now()) % intervalMs) + intervalMs) % intervalMs);
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      await waitMs(due - now(), signal);
      if (isOver()) return;
      await this.#turn(signal);
      due += intervalMs * Math.max(1, Math.ceil((now() - due) / intervalMs));
    }
  }

  /** One VM that cannot be asked has no report; it costs no other VM anything. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    try {
      this.#report = await this.#round(signal);
      this.#failure = null;
    } catch (error) {
      if (signal.aborted) return;
      this.#report = null;
      const failure = messageOf(error);
      const { name: domain, uuid } = this.domain;
      const level = this.#failure === failure ? 'debug' : 'warn';
      log[level]({ domain, uuid, error: failure }, 'the guest cannot be asked');
      this.#failure = failure;
    }
  }

  async #round(end: AbortSignal): Promise<GuestReport | null> {
    const { connections, timeoutMs, now } = this.#options;
    const lease = await connections.lease({ silent: this.#isSilent, signal: end });
    const startedAt = performance.now();
    const at = now();
    let isDone = false;
    try {
      // The VM's time begins with its turn.
      return await withDeadline(end, timeoutMs, async (signal) => {
        const connection = await lease.connection(signal);
        const { domain } = this;
        const { state, reason } = await connection.domainState(domain, { signal });
        const report = await this.#look(connection, domain, { state: { state, reason }, at, startedAt, signal });
        end.throwIfAborted();
        isDone = !signal.aborted;
        return report;
      });
    } finally {
      lease.release({ abandoned: !isDone });
    }
  }

  /** Null for a VM that is not running for a reason that explains nothing: of that its own alarms tell. */
  async #look(
    connection: AgentConnection,
    domain: DomainRef,
    { state, at, startedAt, signal }: { state: RawState; at: number; startedAt: number; signal: AbortSignal },
  ): Promise<GuestReport | null> {
    const isRunning = state.state === 'running' || state.state === 'blocked';
    const paused = suppressionByState(state);
    if (!isRunning && paused === null) {
      this.#explained = null;
      return null;
    }
    const networks = domainNetworks(await connection.domainXml(domain, {}, { signal }));
    if (this.#boot.id !== domain.id) this.#boot = { id: domain.id, memory: newBootMemory() };
    const { callTimeoutMs } = this.#options;
    const options = { ...this.#options, domain: networks, memory: this.#boot.memory, signal };
    // A VM that does not run is not asked (D2).
    const result = isRunning
      ? await probeGuest(new GuestAgent(connection, domain, { callTimeoutMs, signal }), options)
      : unasked(options, `the VM is ${state.state} (${state.reason})`);
    const reason = paused ?? (await this.#reasonOf(result, connection, domain));
    return this.#conclude(result, reason, { at, durationMs: Math.round(performance.now() - startedAt) });
  }

  /** Only of a guest that is not heard it is asked what explains that. */
  async #reasonOf({ agent }: RoundResult, connection: AgentConnection, domain: DomainRef): Promise<Suppression | null> {
    if (agent === 'frozen') return 'freeze';
    if (agent !== 'silent' && agent !== 'disconnected') return null;
    try {
      // It may have been paused while it was asked.
      const state = await connection.domainState(domain, { timeoutMs: JOB_TIMEOUT_MS });
      const paused = suppressionByState(state);
      if (paused !== null) return paused;
      // Where QEMU itself is stuck, the next question would wait behind the one that it owes an answer to.
      if (isStuck(await connection.domainControlInfo(domain, { timeoutMs: JOB_TIMEOUT_MS }), MOMENT_MS)) return null;
      const { operation, type } = await connection.domainJobStats(domain, { timeoutMs: JOB_TIMEOUT_MS });
      const isUnderWay = type === 'bounded' || type === 'unbounded';
      return isUnderWay ? suppressionByJob(operation) : null;
    } catch (error) {
      // Who does not answer explains nothing. The call that it owes stays on the connection: the next guest gets another.
      if (error instanceof CallTimeoutError) connection.destroy();
      else if (!(error instanceof RemoteError)) throw error;
      return null;
    }
  }

  #conclude(
    result: RoundResult,
    reason: Suppression | null,
    { at, durationMs }: { at: number; durationMs: number },
  ): GuestReport {
    const { explained, isOver } = explain(reason, {
      before: this.#explained,
      at,
      limitMs: this.#options.suppressLimitMs,
    });
    this.#explained = explained;
    this.#isSilent = result.agent === 'silent';
    if (result.agent === 'answering' || result.agent === 'frozen') {
      this.#everAnswered = true;
      this.#answeredAt = at;
    }
    const report: GuestReport = {
      ...result,
      uuid: this.domain.uuid,
      at,
      durationMs,
      verdict: judged(result, explained !== null, isOver),
      suppressed: explained !== null && !isOver ? explained : null,
      everAnswered: this.#everAnswered,
      answeredAt: this.#answeredAt,
      inARow: this.#inARow,
    };
    this.#inARow = countInARow(this.#inARow, report);
    return { ...report, inARow: this.#inARow };
  }
}

/** Explained silence is no verdict, until the time for explanations is over. */
function judged(result: RoundResult, isExplained: boolean, isOver: boolean): GuestVerdict {
  if (isExplained) return isOver ? 'agent-unavailable' : 'unknown';
  return verdictOf(result);
}

/** The same at every start, spread over the interval. */
function phaseOf(uuid: string, intervalMs: number): number {
  return createHash('sha256').update(uuid).digest().readUInt32BE(0) % intervalMs;
}
