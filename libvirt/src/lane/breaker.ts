import type { DomainControlInfo, DomainRef } from '../domain.ts';

/** A control interface may be occupied for a moment by somebody else's call. */
const MOMENT_MS = 1000;
const FIRST_RETRY_MS = 60_000;
const MAX_RETRY_MS = 600_000;

interface Miss {
  /** The instance that did not answer: another one starts anew. */
  id: number;
  /** It still owes the answer. */
  open: boolean;
  /** Its control interface was seen to be stuck, so that it can be seen to be free again. */
  explained: boolean;
  misses: number;
  retryAt: number;
}

/**
 * Says which domains may be asked for statistics. A domain that did not answer is not asked a second time until its
 * control interface is ok again, because each unanswered call holds one of libvirtd's worker threads. Where the control
 * interface never showed a reason, "ok" proves nothing: such a domain is tried again after 1, 2, 4 ... 10 minutes.
 */
export class Breaker {
  readonly #domains = new Map<string, Miss>();

  /** Domains that owe an answer. */
  get stuck(): number {
    let stuck = 0;
    for (const { open } of this.#domains.values()) if (open) stuck += 1;
    return stuck;
  }

  /** Takes in what the state lane saw in this cycle; domains that are gone are forgotten. */
  observe(domains: readonly { ref: DomainRef; control: DomainControlInfo | null }[], now: number): void {
    if (this.#domains.size === 0) return;
    const seen = new Map(domains.map(({ ref, control }) => [ref.uuid, { id: ref.id, control }]));
    for (const [uuid, miss] of this.#domains) {
      const domain = seen.get(uuid);
      if (domain?.id !== miss.id) {
        this.#domains.delete(uuid);
      } else if (domain.control?.state === 'ok') {
        if (miss.explained || now >= miss.retryAt) miss.open = false;
      } else if (domain.control !== null && domain.control.state !== 'job') {
        miss.explained = true;
      }
    }
  }

  mayAsk({ uuid }: DomainRef, control: DomainControlInfo | null): boolean {
    if (this.#domains.get(uuid)?.open === true) return false;
    return control === null || !isStuck(control, MOMENT_MS);
  }

  missed({ uuid, id }: DomainRef, control: DomainControlInfo | null, now: number): void {
    const misses = (this.#domains.get(uuid)?.misses ?? 0) + 1;
    const retryAt = now + Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (misses - 1));
    this.#domains.set(uuid, { id, open: true, explained: control !== null && isStuck(control, 0), misses, retryAt });
  }

  answered({ uuid }: DomainRef): void {
    this.#domains.delete(uuid);
  }
}

/** The control interface is broken, or has been in use for longer than `momentMs`. */
export function isStuck({ state, stateTimeMs }: DomainControlInfo, momentMs: number): boolean {
  return state === 'error' || (state === 'occupied' && stateTimeMs > momentMs);
}
