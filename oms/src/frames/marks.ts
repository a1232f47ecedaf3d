/** How many records began in one bin, and how bad they were. */
export interface MarkBucket<Worst> {
  /** The number of the bin. */
  bin: number;
  count: number;
  /** How many of them failed or timed out; 0 for what cannot fail. */
  failed: number;
  worst: Worst;
}

/** Where the marks of one kind come from. The telling ones are those that must not stand in a crowd as long as there is room. */
export interface MarkSource<Mark, Worst> {
  /** At most `limit`, in any order. */
  read: (which: 'all' | 'telling', limit: number) => Promise<Mark[]>;
  count: (which: 'all' | 'others') => Promise<MarkBucket<Worst>[]>;
}

/** Marks that stand for themselves, and counts of the others: every record is in one of the two. */
export interface Marks<Mark, Worst> {
  marks: Mark[];
  buckets: MarkBucket<Worst>[];
}

/**
 * The marks of a range: all of them where there are no more than `limit`; else the telling ones and the others counted; and
 * where even the telling ones are too many, counts alone, which say how many of them failed.
 */
export async function marksFrom<Mark, Worst>(
  source: MarkSource<Mark, Worst>,
  limit: number,
): Promise<Marks<Mark, Worst>> {
  const all = await source.read('all', limit + 1);
  if (all.length <= limit) return { marks: all, buckets: [] };
  const telling = await source.read('telling', limit + 1);
  return telling.length <= limit
    ? { marks: telling, buckets: await source.count('others') }
    : { marks: [], buckets: await source.count('all') };
}

/** Counts of the same bin from several questions as one. `worse` says whether its first argument is worse. */
export function addUp<Worst>(
  buckets: readonly MarkBucket<Worst>[],
  isWorse: (one: Worst, other: Worst) => boolean,
): MarkBucket<Worst>[] {
  const byBin = new Map<number, MarkBucket<Worst>>();
  for (const bucket of buckets) {
    const sum = byBin.get(bucket.bin);
    if (sum === undefined) byBin.set(bucket.bin, { ...bucket });
    else {
      sum.count += bucket.count;
      sum.failed += bucket.failed;
      if (isWorse(bucket.worst, sum.worst)) sum.worst = bucket.worst;
    }
  }
  return [...byBin.values()].sort((a, b) => a.bin - b.bin);
}
