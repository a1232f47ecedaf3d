import type { HostFinding, HostJudgement } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
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
