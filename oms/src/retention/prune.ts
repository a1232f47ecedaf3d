import type { KeptRecords, OmsDatabase, Retention } from '../database/index.ts';

export interface PruneOptions {
  retention: Retention;
  /** ms */
  now: number;
  /** Told after each step what it removed. */
  onPruned: (table: string, pruned: { rows: number; partitions: number }) => void;
  /** Waited for after each step that took `tookMs`, so that others have their turn. */
  pause: (tookMs: number) => Promise<void>;
  signal?: AbortSignal;
}

/** Removes what is older than it is kept, table by table, in small steps; ends after the step in which it is told to. */
export async function prune(
  db: OmsDatabase,
  records: readonly KeptRecords[],
  { retention, now, onPruned, pause, signal }: PruneOptions,
): Promise<void> {
  for (const { keptAs, table, prune: steps } of records) {
    const before = now - retention[keptAs];
    if (before <= 0) continue;
    let began = performance.now();
    for await (const pruned of steps(db, before)) {
      onPruned(table, pruned);
      if (signal?.aborted === true) return;
      await pause(performance.now() - began);
      began = performance.now();
    }
  }
}
