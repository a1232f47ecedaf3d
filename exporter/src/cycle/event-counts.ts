import type { DomainEvent } from '@faultline/libvirt';
import type { EventCount } from '../snapshot.ts';

/** Kinds of one domain; libvirt's own words are fewer. Above it, the detail is `other`. */
const MAX_KINDS = 64;
const MAX_DETAIL = 64;
/** Domains that events told of and no list has shown yet. */
const MAX_DOMAINS = 10_000;

interface Counted {
  /** When the last event came, ms. */
  at: number;
  counts: Map<string, EventCount>;
}

/** Counts events by domain, and forgets a domain with the host. */
export class EventCounts {
  readonly #domains = new Map<string, Counted>();

  note(event: DomainEvent, at: number): void {
    const { uuid } = event.domain;
    let domain = this.#domains.get(uuid);
    if (domain === undefined) {
      if (this.#domains.size >= MAX_DOMAINS) return;
      domain = { at, counts: new Map() };
      this.#domains.set(uuid, domain);
    }
    domain.at = at;
    const words = wordsOf(event);
    const isFull = domain.counts.size >= MAX_KINDS && !domain.counts.has(`${words.event}/${words.detail}`);
    if (isFull) words.detail = 'other';
    const key = `${words.event}/${words.detail}`;
    domain.counts.set(key, { ...words, count: (domain.counts.get(key)?.count ?? 0) + 1 });
  }

  of(uuid: string): EventCount[] {
    return [...(this.#domains.get(uuid)?.counts.values() ?? [])];
  }

  /** A domain that is not listed is gone, unless an event told of it after the list was asked for (`listedAt`, ms). */
  keepOnly(listed: ReadonlySet<string>, listedAt: number): void {
    for (const [uuid, { at }] of this.#domains) if (!listed.has(uuid) && at < listedAt) this.#domains.delete(uuid);
  }
}

function wordsOf(event: DomainEvent): { event: string; detail: string } {
  const detail = (text: string): string => text.slice(0, MAX_DETAIL);
  switch (event.kind) {
    case 'lifecycle':
      return { event: event.event, detail: detail(event.detail) };
    case 'watchdog':
      return { event: event.kind, detail: detail(event.action) };
    case 'io-error':
      // Why is the news (enospc); where libvirt does not say, what was done about it.
      return { event: event.kind, detail: detail(event.reason === '' ? event.action : event.reason) };
    case 'agent':
      return { event: event.kind, detail: event.state };
    case 'reboot':
      return { event: event.kind, detail: '' };
  }
}
