import { sql } from 'kysely';
import { inSteps, ROWS_PER_STEP, series, type KeptRecords, type OmsDatabase } from '../database/index.ts';

export const cycleRecords: readonly KeptRecords[] = [
  series({ keptAs: 'samples', table: 'cycles', keys: ['host'], time: 'at', partitionDays: 1 }),
  series({ keptAs: 'samples', table: 'cpu_samples', keys: ['vm'], time: 'at', partitionDays: 1 }),
  series({ keptAs: 'samples', table: 'cpu_minutes', keys: ['vm'], time: 'minute', partitionDays: 1 }),
  series({ keptAs: 'samples', table: 'cpu_hours', keys: ['vm'], time: 'hour', partitionDays: 7 }),
  series({ keptAs: 'samples', table: 'control_troubles', keys: ['vm'], time: 'at', partitionDays: 7 }),
  { keptAs: 'states', table: 'host_runs', prune: (db, before) => inSteps(() => pruneRuns(db, before)) },
];

/** A host's last run stays, however old. */
async function pruneRuns(db: OmsDatabase, before: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from host_runs where (host, from_at, from_number) in (
      select r.host, r.from_at, r.from_number from host_runs r
      where r.to_at < ${before} and exists (select 1 from host_runs l
        where l.host = r.host and (l.from_at, l.from_number) > (r.from_at, r.from_number))
      limit ${ROWS_PER_STEP})`.execute(db);
  return Number(numAffectedRows);
}
