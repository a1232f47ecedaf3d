import { sql } from 'kysely';
import { inSteps, ROWS_PER_STEP, series, type KeptRecords, type OmsDatabase } from '../database/index.ts';

export const stateRecords: readonly KeptRecords[] = [
  // The intervals are made of them; afterwards they only tell late words where to split one.
  series({ keptAs: 'samples', table: 'state_observations', keys: ['vm', 'host'], time: 'at', partitionDays: 1 }),
  series({ keptAs: 'states', table: 'observation_gaps', keys: ['host'], time: 'to_at' }),
  {
    keptAs: 'states',
    table: 'state_intervals',
    prune: (db, before) => inSteps(() => pruneIntervals(db, before)),
  },
];

/** The last word of a host on a VM stays, however old. */
async function pruneIntervals(db: OmsDatabase, before: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from state_intervals where (vm, host, from_at, from_id) in (
      select i.vm, i.host, i.from_at, i.from_id from state_intervals i
      where i.to_at < ${before} and exists (select 1 from state_intervals l
        where l.vm = i.vm and l.host = i.host and (l.from_at, l.from_id) > (i.from_at, i.from_id))
      order by i.to_at limit ${ROWS_PER_STEP})`.execute(db);
  return Number(numAffectedRows);
}
