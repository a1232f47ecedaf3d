import type { HostFinding, HostJudgement } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import type { ControlTrouble } from './cycle.ts';
import type { CycleTables } from './tables.ts';

/** A cycle as it was kept, to be cited (B4). */
export interface StoredCycle {
  number: number;
  at: number;
  /** Whether it reached libvirtd. */
  reached: boolean;
  /** Of its host; null of a cycle that came before hosts were judged. */
  judgement: HostJudgement | null;
}

/** The last cycle of a host at or before a moment, of all where none is given. */
export async function lastCycleOf(db: OmsDatabase, host: string, before?: number): Promise<StoredCycle | undefined> {
  const row = await db
    .selectFrom('cycles')
    .selectAll()
    .where('host', '=', host)
    .$if(before !== undefined, (query) => query.where('at', '<=', before ?? 0))
    .orderBy('at', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : cycleIn(row);
}

const cycleIn = ({ number, at, up, state, findings }: Selectable<CycleTables['cycles']>): StoredCycle => ({
  number,
  at,
  reached: up === 1,
  judgement: state === null ? null : { state, findings: findingsIn(findings) },
});

/** What a cycle's row has of findings; none is stored as null. */
export const findingsIn = (text: string | null): HostFinding[] =>
  text === null ? [] : (JSON.parse(text) as HostFinding[]);

/** How a VM's control interface was in one cycle, where it was not free (lab fact: a QEMU that hangs is `occupied` for long). */
export async function controlTroubleIn(
  db: OmsDatabase,
  vm: string,
  { host, at }: { host: string; at: number },
): Promise<ControlTrouble | undefined> {
  const row = await db
    .selectFrom('control_troubles')
    .select(['state', 'for_ms'])
    .where('vm', '=', vm)
    .where('at', '=', at)
    .where('host', '=', host)
    .executeTakeFirst();
  return row === undefined ? undefined : { state: row.state, forMs: row.for_ms };
}

/** What a VM did between its last two readings in a range; undefined where there are no two that tell. */
export async function activityIn(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
): Promise<{ from: number; to: number; requests: number; cpuPercent: number } | undefined> {
  const [last, before] = await db
    .selectFrom('cpu_samples')
    .select(['at', 'host', 'vcpus', 'cpu_time_seconds', 'io'])
    .where('vm', '=', vm)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .orderBy('at', 'desc')
    .limit(2)
    .execute();
  if (last === undefined || before === undefined || last.io === null || before.io === null) return undefined;
  const requests = last.io - before.io;
  const cpuSeconds = last.cpu_time_seconds - before.cpu_time_seconds;
  // Counters that went back are those of another process, or of another host.
  if (last.host !== before.host || requests < 0 || cpuSeconds < 0) return undefined;
  const percent = (cpuSeconds * 1000 * 100) / (last.at - before.at) / last.vcpus;
  return { from: before.at, to: last.at, requests, cpuPercent: percent };
}
