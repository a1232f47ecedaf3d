import type { DomainEvent, DomainJobStats, DomainRef, MonitorLane } from '@faultline/libvirt';
import type { HostConnection } from './link.ts';
import { ownershipOf } from './ownership.ts';
import type { DomainReading } from './state-lane.ts';

/** A job without a sign is seen in the eighth cycle at the latest; on a host with few domains sooner. */
const ROUND_CYCLES = 8;
const MIN_ASKED_PER_CYCLE = 8;

interface Known {
  id: number;
  stats: DomainJobStats;
}

/**
 * The jobs of the domains. Each costs a call of its own, which waits for the domain's job, up to 30 s and with one of libvirtd's
 * workers. So only those are asked of which the bulk call, which never waits, has just had that job; and of these first those with
 * a sign of one (it had a job before, or an event of a migration came), then those that were asked longest ago. A domain that only
 * comes to this host lets nobody ask until it runs.
 */
export class JobRounds {
  /** By UUID, the one asked longest ago first. */
  readonly #known = new Map<string, Known>();
  readonly #signs = new Set<string>();

  note(event: DomainEvent): void {
    if (event.kind === 'migration-iteration') this.#signs.add(event.domain.uuid);
  }

  /** The jobs by UUID: as they are now, or for a domain that was not asked this time and had none, that. */
  async read(
    lane: Pick<MonitorLane<HostConnection>, 'each'>,
    readings: readonly DomainReading[],
    isFree: (ref: DomainRef) => boolean,
    signal: AbortSignal,
  ): Promise<Map<string, DomainJobStats>> {
    const free = readings.filter(
      ({ ref, state }) => isFree(ref) && ownershipOf({ id: ref.id, state, leaves: false }, null).owned,
    );
    this.#keepOnly(free);
    const asked = this.#next(free);
    const outcome = await lane.each(
      asked,
      (connection, ref, options) => connection.domainJobStats(ref, options),
      signal,
    );
    this.#signs.clear();
    for (const { ref } of asked) {
      const stats = outcome.answers.get(ref.uuid);
      this.#known.delete(ref.uuid);
      if (stats !== undefined) this.#known.set(ref.uuid, { id: ref.id, stats });
    }
    const jobs = new Map<string, DomainJobStats>();
    for (const [uuid, { stats }] of this.#known) {
      if (stats.type === 'none' || outcome.answers.has(uuid)) jobs.set(uuid, stats);
    }
    return jobs;
  }

  #keepOnly(free: readonly DomainReading[]): void {
    const ids = new Map(free.map(({ ref }) => [ref.uuid, ref.id]));
    for (const [uuid, { id }] of this.#known) if (ids.get(uuid) !== id) this.#known.delete(uuid);
  }

  #next(free: readonly DomainReading[]): DomainReading[] {
    const perCycle = Math.max(MIN_ASKED_PER_CYCLE, Math.ceil(free.length / ROUND_CYCLES));
    if (free.length <= perCycle) return [...free];
    const byUuid = new Map(free.map((reading) => [reading.ref.uuid, reading]));
    const hasSign = ({ ref }: DomainReading): boolean => {
      const known = this.#known.get(ref.uuid);
      return this.#signs.has(ref.uuid) || (known !== undefined && known.stats.type !== 'none');
    };
    const longestAgo = [...this.#known.keys()].flatMap((uuid) => byUuid.get(uuid) ?? []);
    const never = free.filter(({ ref }) => !this.#known.has(ref.uuid));
    const order = new Set([...free.filter(hasSign), ...never, ...longestAgo]);
    return [...order].slice(0, perCycle);
  }
}
