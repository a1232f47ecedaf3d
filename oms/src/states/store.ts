import type { DrawnState } from '@faultline/contracts';
import { insertRows, type OmsDatabase } from '../database/index.ts';
import { drawBar, type BarOptions } from './bar.ts';
import { reductionOf } from './drawn.ts';
import { intervalOf, stateBar } from './history.ts';

/** A stretch in which a host's exporter saw nothing, as it told. */
interface ToldGap {
  host: string;
  id: string;
  from: number;
  to: number;
  cause: string;
}

/** Stores what hosts told of their gaps. */
export async function recordGaps(db: OmsDatabase, gaps: readonly ToldGap[]): Promise<void> {
  const rows = gaps.map(({ host, id, from, to, cause }) => ({ host, id, from_at: from, to_at: to, cause }));
  await insertRows(db, 'observation_gaps', rows);
}

/** What is drawn now of every VM of which something is known now, or of these `vms`. */
export async function currentStates(
  db: OmsDatabase,
  options: BarOptions & { vms?: readonly string[] },
): Promise<Map<string, DrawnState>> {
  const { vms } = options;
  if (vms?.length === 0) return new Map();
  const since = options.now - options.staleAfterMs;
  const rows = await db
    .selectFrom('state_intervals')
    .selectAll()
    .where('to_at', '>=', since)
    .$if(vms !== undefined, (query) => query.where('vm', 'in', vms ?? []))
    .orderBy('from_at')
    .execute();
  const perVm = new Map<string, typeof rows>();
  for (const row of rows) perVm.set(row.vm, [...(perVm.get(row.vm) ?? []), row]);
  const downHosts = await hostsDownSince(db, since, options.now);
  const states = new Map<string, DrawnState>();
  for (const [vm, ofVm] of perVm) {
    const intervals = ofVm.map(intervalOf);
    // The gap of a host and what went before a passing state are worth more questions; most VMs need none.
    const isPlain = intervals.every(({ raw, host }) => reductionOf(raw) !== 'before' && !downHosts.has(host));
    const bar = isPlain
      ? drawBar(intervals, [], options)
      : await stateBar(db, vm, { from: since, to: options.now }, options);
    const last = bar.findLast(({ open }) => open);
    if (last !== undefined) states.set(vm, last.state);
  }
  return states;
}

async function hostsDownSince(db: OmsDatabase, since: number, now: number): Promise<Set<string>> {
  const down = await db
    .selectFrom('cycles')
    .select('host')
    .distinct()
    .where('up', '=', 0)
    .where('at', '>=', since)
    .where('at', '<=', now)
    .execute();
  const gaps = await db.selectFrom('observation_gaps').select('host').distinct().where('to_at', '>=', since).execute();
  return new Set([...down, ...gaps].map(({ host }) => host));
}
