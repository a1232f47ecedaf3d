import { describe, expect, it } from '@jest/globals';
import { binAt, binCount, binsOf } from './bins.ts';
import { IntervalRows, type Mergeable } from './merge.ts';

interface Piece extends Mergeable {
  id: number;
  badness: number;
}

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const rowsFor = (pieces: Piece[], range: { from: number; to: number }, points: number): readonly Piece[] => {
  const bins = binsOf(range, points);
  const rows = new IntervalRows<Piece>(bins, {
    badness: ({ badness }) => badness,
    isSame: (one, other) => one.id === other.id,
  });
  for (const piece of pieces) rows.add(piece);
  return rows.rows;
};

describe('bins', () => {
  it('are never more than was asked for, wherever the range begins', () => {
    const random = numbers(1);
    for (let trial = 0; trial < 2000; trial += 1) {
      const from = Math.floor(random() * 1e6);
      const to = from + 1 + Math.floor(random() * 10 ** (1 + Math.floor(random() * 9)));
      const points = 2 + Math.floor(random() * 300);
      const bins = binsOf({ from, to }, points);
      expect(binCount(bins)).toBeLessThanOrEqual(points);
      expect(bins.binMs).toBeGreaterThanOrEqual(1);
    }
  });

  it('stay where they are while the range moves on', () => {
    const bins = binsOf({ from: 1000, to: 2000 }, 11);
    const later = binsOf({ from: 1037, to: 2037 }, 11);
    expect(later.binMs).toBe(bins.binMs);
    expect(binAt(later, 1500)).toBe(binAt(bins, 1500));
  });
});

describe('rows of intervals', () => {
  it('are the intervals themselves while they fit', () => {
    const pieces = [0, 1, 0, 1].map((badness, index) => ({
      from: index * 10,
      to: index * 10 + 10,
      open: index === 3,
      count: 1,
      id: index,
      badness,
    }));
    expect(rowsFor(pieces, { from: 0, to: 40 }, 5)).toEqual(pieces);
  });

  it('join what is only the continuation of the one before', () => {
    const piece = (from: number, to: number, open = false): Piece => ({ from, to, open, count: 1, id: 1, badness: 0 });
    expect(rowsFor([piece(0, 10), piece(10, 30, true)], { from: 0, to: 40 }, 5)).toEqual([piece(0, 30, true)]);
    expect(rowsFor([piece(0, 10), piece(11, 30)], { from: 0, to: 40 }, 5)).toHaveLength(2);
  });

  it('drop nothing, keep the worst of each bin, and end where the intervals end, whatever these are', () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = numbers(seed);
      const range = { from: 1000, to: 1000 + 100 + Math.floor(random() * 100_000) };
      const points = 2 + Math.floor(random() * 60);
      const bins = binsOf(range, points);
      const pieces: Piece[] = [];
      for (let at = range.from; at < range.to;) {
        const long = random() < 0.1 ? 20 : 1;
        const from = Math.min(range.to, at + (random() < 0.2 ? Math.floor(random() * bins.binMs) : 0));
        const to = Math.min(range.to, from + Math.floor(random() * bins.binMs * long));
        const badness = random() < 0.03 ? 3 : random() < 0.5 ? 0 : 1;
        pieces.push({ from, to, open: false, count: 1, id: pieces.length, badness });
        at = random() < 0.5 && to > from ? to : to + 1;
      }
      const rows = rowsFor(pieces, range, points);
      expect(rows.length).toBeLessThanOrEqual(2 * points);
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(pieces.length);
      expect(rows[0]?.from).toBe(pieces[0]?.from);
      expect(rows.at(-1)?.to).toBe(pieces.at(-1)?.to);
      for (const [index, row] of rows.entries()) expect(row.from).toBeGreaterThanOrEqual(rows[index - 1]?.to ?? 0);
      // Each interval lies in one row, which tells of nothing better than it.
      for (const piece of pieces) {
        const holders = rows.filter(({ from, to }) => from <= piece.from && to >= piece.to);
        expect(holders.some(({ badness }) => badness >= piece.badness)).toBe(true);
      }
      // And what stands for several is no longer than what it stands for.
      for (const { id, from, to, count } of rows) {
        if (count > 1) expect(binAt(bins, to)).toBe(binAt(bins, from));
        else expect(pieces[id]).toMatchObject({ from, to });
      }
    }
  });
});
