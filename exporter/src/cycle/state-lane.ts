import { setMaxListeners } from 'node:events';
import type { RawState } from '@faultline/contracts';
import { CallTimeoutError, RemoteError, type DomainControlInfo, type DomainRef } from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { AgentChannel } from '../snapshot.ts';
import { agentChannelOf } from './agent-channel.ts';
import { isVanished, messageOf, type HostConnection } from './link.ts';
import { mapLimited } from './wait.ts';

/** libvirtd answers so many calls of one client at once (max_client_requests). */
const CALLS_AT_ONCE = 5;
const CALLS_PER_DOMAIN = 3;

/** What the state lane knows of one domain. */
export interface DomainReading {
  ref: DomainRef;
  state: RawState | null;
  control: DomainControlInfo | null;
  agent: AgentChannel | null;
}

export interface StateLaneOptions {
  connection: HostConnection;
  callTimeoutMs: number;
  log: Logger;
}

/**
 * Lane 1 (decision 2): list, state with reason, control interface, agent channel. None of these calls takes a domain's job
 * or enters QEMU's monitor, so a stuck VM cannot hold them up. It lives as long as its connection.
 */
export class StateLane {
  readonly #options: StateLaneOptions;
  /** By UUID: the channel of the instance `id`, kept up to date by events. */
  readonly #agents = new Map<string, { id: number; channel: AgentChannel | null }>();

  constructor(options: StateLaneOptions) {
    this.#options = options;
  }

  /**
   * Every domain of the host, once, in libvirt's order.
   *
   * @throws LibvirtError when libvirtd did not give the list, or not everything within twice the call timeout
   */
  async read(): Promise<DomainReading[]> {
    const { connection, callTimeoutMs } = this.#options;
    const signal = AbortSignal.timeout(2 * callTimeoutMs);
    // Every call under way listens to it; without this, Node calls more than ten of them a leak, on stderr, at every cycle.
    setMaxListeners(CALLS_AT_ONCE * CALLS_PER_DOMAIN + 1, signal);
    const listed = await connection.listAllDomains({ signal });
    const byUuid = new Map(listed.map((ref) => [ref.uuid, ref]));
    for (const uuid of this.#agents.keys()) if (!byUuid.has(uuid)) this.#agents.delete(uuid);
    const readings = await mapLimited([...byUuid.values()], CALLS_AT_ONCE, (ref) => this.#readDomain(ref, signal));
    return readings.filter((reading) => reading !== null);
  }

  async controlInfo(ref: DomainRef): Promise<DomainControlInfo> {
    return this.#options.connection.domainControlInfo(ref, { timeoutMs: this.#options.callTimeoutMs });
  }

  /** An agent event tells more than the XML that was read before it. */
  noteAgent({ uuid, id }: DomainRef, channel: AgentChannel): void {
    this.#agents.set(uuid, { id, channel });
  }

  async #readDomain(ref: DomainRef, signal: AbortSignal): Promise<DomainReading | null> {
    const { connection } = this.#options;
    try {
      const [state, control, agent] = await Promise.all([
        this.#orUnknown(ref, 'state', () => connection.domainState(ref, { signal })),
        ref.id < 0 ? null : this.#orUnknown(ref, 'control info', () => connection.domainControlInfo(ref, { signal })),
        ref.id < 0 ? null : this.#agentOf(ref, signal),
      ]);
      return { ref, state: state && { state: state.state, reason: state.reason }, control, agent };
    } catch (error) {
      if (isVanished(error)) return null;
      throw error;
    }
  }

  /** One domain that refuses, or does not answer, is unknown; it costs no other domain anything. */
  async #orUnknown<Result>(ref: DomainRef, what: string, read: () => Promise<Result>): Promise<Result | null> {
    try {
      return await read();
    } catch (error) {
      if (isVanished(error) || !(error instanceof RemoteError || error instanceof CallTimeoutError)) throw error;
      // An instance that stopped since it was listed has no control interface any more: nothing is wrong.
      const level = error instanceof RemoteError && error.codeName === 'VIR_ERR_OPERATION_INVALID' ? 'debug' : 'warn';
      this.#options.log[level](
        { domain: ref.name, uuid: ref.uuid, error: messageOf(error) },
        `no ${what} of the domain`,
      );
      return null;
    }
  }

  async #agentOf(ref: DomainRef, signal: AbortSignal): Promise<AgentChannel | null> {
    const known = this.#agents.get(ref.uuid);
    if (known?.id === ref.id) return known.channel;
    const xml = await this.#orUnknown(ref, 'XML', () => this.#options.connection.domainXml(ref, {}, { signal }));
    if (xml === null) return null;
    // An event that came while the XML was on its way is newer.
    const meanwhile = this.#agents.get(ref.uuid);
    if (meanwhile?.id === ref.id) return meanwhile.channel;
    const channel = agentChannelOf(xml);
    this.#agents.set(ref.uuid, { id: ref.id, channel });
    return channel;
  }
}
