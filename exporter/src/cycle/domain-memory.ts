import type { DomainEvent, DomainJobStats, LaneOutcome, TimedStatistics } from '@faultline/libvirt';
import type { CompletedJob, DomainSnapshot, HostSnapshot } from '../snapshot.ts';
import { EventCounts } from './event-counts.ts';
import { isHandOver, ownershipOf, type Ownership } from './ownership.ts';
import type { DomainReading } from './state-lane.ts';

/** Domains whose last job is remembered: more than a host has. */
const MAX_JOBS = 10_000;

/** What the lanes found in one cycle. */
export interface CycleAnswers {
  /** When the cycle began, ms. */
  at: number;
  readings: readonly DomainReading[];
  statistics: LaneOutcome<TimedStatistics>;
  jobs: ReadonlyMap<string, DomainJobStats>;
}

/** What is known of the domains from the cycles and events before: puts a cycle's answers together with it. */
export class DomainMemory {
  readonly #events = new EventCounts();
  #statisticsAt = new Map<string, number>();
  #ownership = new Map<string, Ownership & { id: number }>();
  /** When an event told that a domain was handed over, ms: until a cycle has seen it for itself. */
  readonly #handedOver = new Map<string, number>();
  readonly #lastJobs = new Map<string, CompletedJob>();

  note(event: DomainEvent, at: number): void {
    this.#events.note(event, at);
    if (event.kind === 'job-completed') {
      const { operation, values } = event;
      if (this.#lastJobs.size < MAX_JOBS) this.#lastJobs.set(event.domain.uuid, { at, operation, values });
    }
    if (isHandOver(event)) this.#handedOver.set(event.domain.uuid, at);
  }

  /** The domains as this cycle saw them. Remembers them for the next one. */
  domains({ at, readings, statistics, jobs }: CycleAnswers): DomainSnapshot[] {
    const statisticsAt = new Map<string, number>();
    const ownership = new Map<string, Ownership & { id: number }>();
    for (const [uuid, handedOverAt] of this.#handedOver) if (handedOverAt < at) this.#handedOver.delete(uuid);
    const listed = new Set(readings.map(({ ref }) => ref.uuid));
    this.#events.keepOnly(listed, at);
    for (const [uuid, job] of this.#lastJobs) if (!listed.has(uuid) && job.at < at) this.#lastJobs.delete(uuid);
    const domains = readings.map(({ ref, ...known }): DomainSnapshot => {
      const { uuid, id } = ref;
      const answer = statistics.answers.get(uuid) ?? null;
      const answeredAt = answer?.at ?? this.#statisticsAt.get(uuid) ?? null;
      if (answeredAt !== null) statisticsAt.set(uuid, answeredAt);
      const job = jobs.get(uuid) ?? null;
      const before = this.#ownership.get(uuid);
      const leaves = job !== null && job.type !== 'none' && job.operation === 'migration-out';
      const seen = ownershipOf({ id, state: known.state, leaves }, before?.id === id ? before : null);
      ownership.set(uuid, { ...seen, id });
      const domain = {
        ...ref,
        ...known,
        statistics: answer,
        statisticsAt: answeredAt,
        timedOut: statistics.missing.has(uuid),
        job,
        lastJob: this.#lastJobs.get(uuid) ?? null,
        events: this.#events.of(uuid),
        ...seen,
      };
      return this.#handedOver.has(uuid) ? handedOver(domain) : domain;
    });
    this.#statisticsAt = statisticsAt;
    this.#ownership = ownership;
    return domains;
  }
}

/**
 * The cycle as it must be shown from now on, when a domain was handed over since; null where nothing changes. The other host runs
 * the domain some milliseconds later, and its page may come first.
 */
export function afterHandOver(snapshot: HostSnapshot, event: DomainEvent): HostSnapshot | null {
  const isConcerned = ({ uuid, owned }: DomainSnapshot): boolean => uuid === event.domain.uuid && owned;
  if (!isHandOver(event) || !snapshot.domains.some(isConcerned)) return null;
  return { ...snapshot, domains: snapshot.domains.map((each) => (isConcerned(each) ? handedOver(each) : each)) };
}

/** What the cycle saw of its state no longer holds: it may be running elsewhere. */
function handedOver(domain: DomainSnapshot): DomainSnapshot {
  if (!domain.owned) return domain;
  return { ...domain, state: null, owned: false, migrating: domain.id >= 0 ? 'out' : null };
}
