import type { RawState } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';

/** A state as it was read, and when (ms). */
export interface Reading {
  at: number;
  id: string;
  raw: RawState;
}

/** What a host last said of a VM before a stretch of time, and first after it; null where it said nothing. */
export async function readingsAround(
  db: OmsDatabase,
  { vm, host }: { vm: string; host: string },
  { from, to }: { from: number; to: number },
): Promise<{ before: Reading | null; after: Reading | null }> {
  const readings = db
    .selectFrom('state_observations')
    .selectAll()
    .where('vm', '=', vm)
    .where('host', '=', host)
    .limit(1);
  const before = await readings.where('at', '<=', from).orderBy('at', 'desc').orderBy('id', 'desc').executeTakeFirst();
  const after = await readings.where('at', '>=', to).orderBy('at').orderBy('id').executeTakeFirst();
  return { before: readingOf(before), after: readingOf(after) };
}

function readingOf(row: (RawState & { at: number; id: string }) | undefined): Reading | null {
  return row === undefined ? null : { at: row.at, id: row.id, raw: { state: row.state, reason: row.reason } };
}
