import type { DomainJobStats, LaneOutcome, MonitorLane, TimedStatistics } from '@faultline/libvirt';
import type { HostConnection } from './link.ts';
import { ownershipOf } from './ownership.ts';
import type { DomainReading } from './state-lane.ts';

/**
 * The jobs of the domains that can tell. The question waits for the domain's own job, up to 30 s and with one of libvirtd's
 * workers. So only those are asked of which the bulk call, which never waits, has just had that job: it then has the balloon's
 * `rss`. A domain that only comes to this host lets nobody ask until it runs.
 */
export async function readJobs(
  lane: MonitorLane<HostConnection>,
  readings: readonly DomainReading[],
  { answers }: LaneOutcome<TimedStatistics>,
  signal: AbortSignal,
): Promise<Map<string, DomainJobStats>> {
  const free = readings.filter(({ ref, state }) => {
    if (ref.id < 0 || !ownershipOf({ id: ref.id, state, leaves: false }, null).owned) return false;
    return answers.get(ref.uuid)?.values.has('balloon.rss') === true;
  });
  const outcome = await lane.each(free, (connection, ref, options) => connection.domainJobStats(ref, options), signal);
  return outcome.answers;
}
