import type { DomainEvent, DomainEventKind } from '@faultline/libvirt';
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
    const words = wordsOf(event);
    if (words === null) return;
    const { uuid } = event.domain;
    let domain = this.#domains.get(uuid);
    if (domain === undefined) {
      if (this.#domains.size >= MAX_DOMAINS) return;
      domain = { at, counts: new Map() };
      this.#domains.set(uuid, domain);
    }
    domain.at = at;
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

/** What is counted: what happens to a domain, not what it goes through on the way (a migration's rounds, the balloon's sizes). */
export const COUNTED_KINDS = [
  'lifecycle',
  'reboot',
  'watchdog',
  'io-error',
  'control-error',
  'agent',
  'job-completed',
  'block-job',
  'memory-failure',
  'device-added',
  'device-removed',
  'device-removal-failed',
] as const satisfies readonly DomainEventKind[];

/** Null for what is not counted. */
function wordsOf(event: DomainEvent): { event: string; detail: string } | null {
  const { kind } = event;
  const words = (detail: string, name: string = kind) => ({ event: name, detail: detail.slice(0, MAX_DETAIL) });
  switch (kind) {
    case 'lifecycle':
      return words(event.detail, event.event);
    case 'watchdog':
      return words(event.action);
    case 'io-error':
      // Why is the news (enospc); where libvirt does not say, what was done about it.
      return words(event.reason === '' ? event.action : event.reason);
    case 'agent':
      return words(event.state);
    case 'job-completed':
      return words(event.operation ?? 'unknown');
    case 'block-job':
      return words(`${event.job} ${event.status}`);
    case 'memory-failure':
      return words(event.recipient);
    case 'reboot':
    case 'control-error':
    case 'device-added':
    case 'device-removed':
    case 'device-removal-failed':
      return words('');
    case 'balloon-change':
    case 'migration-iteration':
    case 'metadata-change':
      return null;
  }
}
