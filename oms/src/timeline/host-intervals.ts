import { heldUntilNext, hostRunsIn, type HostRun } from '../cycles/index.ts';
import { IntervalRows, type Bins, type Mergeable } from '../frames/index.ts';
import type { QueryContext } from './query.ts';

/** Cycles of one host that followed each other and said the same of it. */
export interface HostInterval extends HostRun, Mergeable {}

/** Of a VM that was on more hosts in one range, these many are told of. */
const MAX_HOSTS = 20;
/** Of a host whose libvirtd came and went more often in one range, the first these many times. */
const MAX_RUNS = 10_000;

/** What the cycles of these hosts tell of them in a range, oldest first. */
export async function hostIntervals(
  { db, config: { staleAfterMs } }: QueryContext,
  { hosts, bins, now }: { hosts: readonly string[]; bins: Bins; now: number },
): Promise<HostInterval[]> {
  const found: HostInterval[] = [];
  for (const host of hosts.slice(0, MAX_HOSTS)) {
    const rows = new IntervalRows<HostInterval>(bins, {
      badness: ({ reached, state }) => 2 * Number(state === 'abnormal') + Number(!reached),
      isSame: (one, other) =>
        one.reached === other.reached && one.state === other.state && one.reasons === other.reasons,
    });
    const runs = await hostRunsIn(db, host, { from: bins.from - staleAfterMs, to: bins.to + staleAfterMs }, MAX_RUNS);
    for (const interval of heldUntilNext(runs, { now, staleAfterMs })) {
      if (interval.to >= bins.from && interval.from <= bins.to) rows.add({ ...interval, count: 1 });
    }
    found.push(...rows.rows);
  }
  return found.sort((a, b) => a.from - b.from || (a.host < b.host ? -1 : 1));
}
