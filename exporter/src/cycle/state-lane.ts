import { setMaxListeners } from 'node:events';
import type { RawState } from '@faultline/contracts';
import {
  CallTimeoutError,
  domainStateInfo,
  RemoteError,
  type DomainControlInfo,
  type DomainRef,
  type DomainStats,
} from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { DomainDescription } from '../description/description.ts';
import type { AgentChannel } from '../snapshot.ts';
import { CALLS_AT_ONCE as XML_CALLS_AT_ONCE, Descriptions } from './descriptions.ts';
import { isVanished, messageOf, type HostConnection } from './link.ts';
import { mapLimited } from './map-limited.ts';

/** libvirtd answers five calls of a client at once (max_client_requests); the others wait in the socket, which saves round trips. */
const CALLS_AT_ONCE = 50;

/** libvirt says nothing else of a control interface that is free, not even since when (qemuDomainGetControlInfo). */
const FREE: DomainControlInfo = { state: 'ok', details: 'none', stateTimeMs: 0 };

/** What the state lane knows of one domain. */
export interface DomainReading {
  ref: DomainRef;
  state: RawState | null;
  control: DomainControlInfo | null;
  agent: AgentChannel | null;
  description: DomainDescription | null;
}

export interface StateLaneOptions {
  connection: HostConnection;
  callTimeoutMs: number;
  now: () => number;
  log: Logger;
}

/**
 * Lane 1 (decision 2): every domain with its state and reason, control interface and description. None of these calls takes a
 * domain's job or enters QEMU's monitor, so a stuck VM cannot hold them up. It lives as long as its connection.
 */
export class StateLane {
  readonly #options: StateLaneOptions;
  readonly descriptions: Descriptions;

  constructor(options: StateLaneOptions) {
    this.#options = options;
    this.descriptions = new Descriptions(options);
  }

  /**
   * Every domain of the host, once, in libvirt's order; with the control interface of those that `asksControl` names.
   *
   * @throws LibvirtError when libvirtd did not give the states, or not everything within twice the call timeout
   */
  async read(asksControl: (ref: DomainRef) => boolean): Promise<DomainReading[]> {
    const { connection, callTimeoutMs } = this.#options;
    const signal = AbortSignal.timeout(2 * callTimeoutMs);
    // Every call under way listens to it; without this, Node calls more than ten of them a leak, on stderr, at every cycle.
    setMaxListeners(CALLS_AT_ONCE + XML_CALLS_AT_ONCE + 1, signal);
    // The one statistics group that never enters a monitor: for all domains in one call, as nobody can be stuck in it.
    const records = await connection.domainStats({ groups: ['state'] }, { signal });
    const refs: DomainRef[] = [];
    const stated = new Map<string, DomainStats>();
    for (const record of records) {
      if (!stated.has(record.domain.uuid)) refs.push(record.domain);
      stated.set(record.domain.uuid, record);
    }
    const [controls, descriptions] = await Promise.all([
      this.#controlInfos(refs.filter(asksControl), signal),
      this.descriptions.read(refs, signal),
    ]);
    const readings: DomainReading[] = [];
    for (const [uuid, record] of stated) {
      const { description, agent } = descriptions(record.domain);
      readings.push({
        ref: record.domain,
        state: rawStateOf(record),
        control: controls.get(uuid) ?? null,
        agent,
        description,
      });
    }
    return readings;
  }

  async controlInfo(ref: DomainRef): Promise<DomainControlInfo> {
    return this.#options.connection.domainControlInfo(ref, { timeoutMs: this.#options.callTimeoutMs });
  }

  /**
   * The readings with every control interface: those not asked for yet are free where the statistics have just shown it, and are
   * asked for otherwise.
   */
  async withControl(readings: readonly DomainReading[], isFree: (ref: DomainRef) => boolean): Promise<DomainReading[]> {
    const unknown = readings.filter(({ ref, control }) => ref.id >= 0 && control === null && !isFree(ref));
    const signal = AbortSignal.timeout(this.#options.callTimeoutMs);
    setMaxListeners(CALLS_AT_ONCE + 1, signal);
    const controls = await this.#controlInfos(
      unknown.map(({ ref }) => ref),
      signal,
    );
    return readings.map((reading) => {
      const { ref, control } = reading;
      if (ref.id < 0 || control !== null) return reading;
      return { ...reading, control: isFree(ref) ? FREE : (controls.get(ref.uuid) ?? null) };
    });
  }

  async #controlInfos(refs: readonly DomainRef[], signal: AbortSignal): Promise<Map<string, DomainControlInfo>> {
    const controls = new Map<string, DomainControlInfo>();
    const active = refs.filter(({ id }) => id >= 0);
    await mapLimited(active, CALLS_AT_ONCE, async (ref) => {
      const control = await this.#controlOrUnknown(ref, signal);
      if (control !== null) controls.set(ref.uuid, control);
    });
    return controls;
  }

  /** One domain that refuses, or does not answer, is unknown; it costs no other domain anything. */
  async #controlOrUnknown(ref: DomainRef, signal: AbortSignal): Promise<DomainControlInfo | null> {
    try {
      return await this.#options.connection.domainControlInfo(ref, { signal });
    } catch (error) {
      if (isVanished(error)) return null;
      if (!(error instanceof RemoteError || error instanceof CallTimeoutError)) throw error;
      // An instance that stopped since it was listed has no control interface any more: nothing is wrong.
      const level = error instanceof RemoteError && error.codeName === 'VIR_ERR_OPERATION_INVALID' ? 'debug' : 'warn';
      this.#options.log[level](
        { domain: ref.name, uuid: ref.uuid, error: messageOf(error) },
        'no control info of the domain',
      );
      return null;
    }
  }
}

/** Null where libvirt did not say: never a guess. */
function rawStateOf({ values }: DomainStats): RawState | null {
  const [state, reason] = [values.get('state.state'), values.get('state.reason')];
  if (typeof state !== 'number') return null;
  const info = domainStateInfo(state, typeof reason === 'number' ? reason : 0);
  return { state: info.state, reason: info.reason };
}
