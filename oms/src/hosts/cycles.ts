import type { HostCycles } from '@faultline/contracts';
import { hostRunsIn, lastCycleOf, type HostRun } from '../cycles/index.ts';
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
  const stretches = stretchesOf(runs, { now, staleAfterMs }).filter((each) => each.to >= from);
  return {
    stretches: stretches.slice(0, MAX_STRETCHES),
    truncated: stretches.length > MAX_STRETCHES,
    last: (await lastCycleOf(db, host)) ?? null,
  };
}

/** Each run until the next cycle that said otherwise, unless there was silence in between: `runs` are oldest first. */
export function stretchesOf(
  runs: readonly HostRun[],
  { now, staleAfterMs }: { now: number; staleAfterMs: number },
): HostCycles['stretches'] {
  return runs.map(({ from, to, reached }, index) => {
    const heldUntil = runs[index + 1]?.from ?? now;
    const holds = heldUntil - to <= staleAfterMs;
    return { from, to: holds ? Math.max(to, heldUntil) : to, reached, open: holds && index === runs.length - 1 };
  });
}
