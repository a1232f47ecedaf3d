import { CallTimeoutError, LibvirtError, RemoteError, type DomainEvent, type DomainRef } from '@faultline/libvirt';
import type { Logger } from 'pino';
import { describeDomain, type DomainDescription } from '../description/description.ts';
import type { AgentChannel } from '../snapshot.ts';
import { isVanished, messageOf, type HostConnection } from './link.ts';
import { mapLimited } from './map-limited.ts';

export const CALLS_AT_ONCE = 8;
/** What no event tells of (a changed title, a NIC moved to another bridge) is seen after this at the latest. */
const MAX_AGE_MS = 5 * 60_000;
/** Descriptions renewed for their age in one cycle, so that the renewals of a thousand domains spread. */
const RENEWALS_PER_CYCLE = 20;

interface Known {
  id: number;
  at: number;
  description: DomainDescription | null;
  /** As the XML had it, or as an event changed it since. */
  agent: AgentChannel | null;
}

export interface Described {
  description: DomainDescription | null;
  agent: AgentChannel | null;
}

/** What the domains' XML says. It is read when an instance is new, when an event says that it changed, and every few minutes. */
export class Descriptions {
  readonly #options: { connection: HostConnection; now: () => number; log: Logger };
  readonly #known = new Map<string, Known>();
  readonly #stale = new Set<string>();

  constructor(options: { connection: HostConnection; now: () => number; log: Logger }) {
    this.#options = options;
  }

  /** Brings what is known up to date; the answer looks a domain up. */
  async read(refs: readonly DomainRef[], signal: AbortSignal): Promise<(ref: DomainRef) => Described> {
    const due = this.#due(refs);
    // Whoever is gone is one too many, now or when the next has come.
    if (this.#known.size + this.#stale.size > refs.length) this.#keepOnly(refs);
    await mapLimited(due, CALLS_AT_ONCE, (ref) => this.#renew(ref, signal));
    return (ref) => {
      const known = this.#known.get(ref.uuid);
      if (known === undefined) return { description: null, agent: null };
      return { description: known.description, agent: ref.id >= 0 && known.id === ref.id ? known.agent : null };
    };
  }

  /** An event that comes after the XML was read says more than it. */
  note(event: DomainEvent): void {
    const { uuid, id } = event.domain;
    if (event.kind === 'agent') {
      const known = this.#known.get(uuid);
      if (known?.id === id) known.agent = event.state;
      else this.#known.set(uuid, { id, at: 0, description: known?.description ?? null, agent: event.state });
    } else if (changesXml(event)) {
      this.#stale.add(uuid);
    }
  }

  #keepOnly(refs: readonly DomainRef[]): void {
    const listed = new Set(refs.map(({ uuid }) => uuid));
    for (const uuid of this.#known.keys()) if (!listed.has(uuid)) this.#known.delete(uuid);
    for (const uuid of this.#stale) if (!listed.has(uuid)) this.#stale.delete(uuid);
  }

  /** The new, and some of the old. */
  #due(refs: readonly DomainRef[]): DomainRef[] {
    const oldest = this.#options.now() - MAX_AGE_MS;
    const due: DomainRef[] = [];
    const aged: DomainRef[] = [];
    for (const ref of refs) {
      const known = this.#known.get(ref.uuid);
      if (known?.id !== ref.id || known.at === 0 || this.#stale.has(ref.uuid)) due.push(ref);
      else if (known.at < oldest && aged.length < RENEWALS_PER_CYCLE) aged.push(ref);
    }
    return due.concat(aged);
  }

  /** One domain that refuses, or does not answer, stays as it was known; it costs no other domain anything. */
  async #renew(ref: DomainRef, signal: AbortSignal): Promise<void> {
    const { connection, now, log } = this.#options;
    const { uuid, id } = ref;
    const wasStale = this.#stale.delete(uuid);
    const at = now();
    const before = this.#known.get(uuid);
    const agentBefore = before?.agent;
    let description: DomainDescription;
    try {
      description = describeDomain(await connection.domainXml(ref, {}, { signal }));
    } catch (error) {
      if (isVanished(error)) return;
      // The connection's failure, not this domain's. (What is no error of libvirt's is XML that cannot be parsed.)
      const isOnesOwn = error instanceof RemoteError || error instanceof CallTimeoutError;
      if (error instanceof LibvirtError && !isOnesOwn) throw error;
      log.warn({ domain: ref.name, uuid, error: messageOf(error) }, 'no description of the domain');
      // What is known to be another one by now is asked for again in the next cycle; the merely old in its turn, after the others.
      if (wasStale) this.#stale.add(uuid);
      else if (before?.id === id && before.at > 0) before.at = at;
      return;
    }
    // An event that came while the XML was on its way is newer.
    const meanwhile = this.#known.get(uuid);
    const changed = meanwhile?.id === id && meanwhile.agent !== agentBefore;
    this.#known.set(uuid, { id, at, description, agent: changed ? meanwhile.agent : description.agentChannel });
  }
}

function changesXml(event: DomainEvent): boolean {
  switch (event.kind) {
    case 'lifecycle':
      return event.event === 'defined';
    case 'metadata-change':
    case 'device-added':
    case 'device-removed':
      return true;
    default:
      return false;
  }
}
