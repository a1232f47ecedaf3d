import type { HostCycles } from '@faultline/contracts';
import { heldUntilNext, hostRunsIn, lastCycleOf } from '../cycles/index.ts';
import type { OmsDatabase } from '../database/index.ts';

/** A host whose libvirtd came and went more often in one range has another problem than a reader's. */
const MAX_STRETCHES = 1000;

/** What the cycles of a host tell of it in a range. */
export async function hostCycles(
  db: OmsDatabase,
  host: string,
  { from, to, now, staleAfterMs }: { from: number; to: number; now: number; staleAfterMs: number },
): Promise<HostCycles> {
  const runs = await hostRunsIn(db, host, { from: from - staleAfterMs, to }, MAX_STRETCHES + 1);
  const stretches = heldUntilNext(runs, { now, staleAfterMs })
    .filter((each) => each.to >= from)
    .map(({ host: _, ...stretch }) => stretch);
  return {
    stretches: stretches.slice(0, MAX_STRETCHES),
    truncated: stretches.length > MAX_STRETCHES,
    last: (await lastCycleOf(db, host)) ?? null,
  };
}
