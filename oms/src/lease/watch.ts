import type { LeaseRow } from './store.ts';

/** What a replica saw of the lease when it looked last; `since` when it saw it so for the first time, ms of its own monotonic clock. */
export interface Sighting {
  row: LeaseRow | undefined;
  since: number;
}

/** Looks again: the same as before is seen for longer, anything else from now on. Pure. */
export function sight(before: Sighting | undefined, row: LeaseRow | undefined, now: number): Sighting {
  const isSame = before !== undefined && before.row?.term === row?.term && before.row?.renewals === row?.renewals;
  return { row, since: isSame ? before.since : now };
}

/**
 * Whether the lease may be taken as it was seen: nobody has it, we had it last, or its holder did not renew it for as long as it
 * lasts. The holder counts from before it sent its last renewal and we from after we saw it: when it has ended for us it has ended
 * for the holder, whatever time their clocks show. Pure.
 */
export function mayTake({ row, since }: Sighting, { replica, now }: { replica: string; now: number }): boolean {
  if (row === undefined || row.holder === null || row.holder === replica) return true;
  return now - since >= row.lasts_ms;
}
