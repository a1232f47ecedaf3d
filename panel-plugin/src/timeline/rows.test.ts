import { describe, expect, it } from '@jest/globals';
import { arrange, type ArrangedLabel, type Labelled } from './rows.ts';

const scale = { from: 0, to: 1000, left: 0, width: 1000 };
const options = { maxRows: 3, gap: 4, clusterWidth: 40 };
const label = (from: number, width = 100, severity = 0, to = from): Labelled => ({ from, to, width, severity });

describe('arrange (A21)', () => {
  it('begins each label at its true time, in the lowest free row', () => {
    const { labels, rows } = arrange([label(0), label(50), label(104), label(300)], scale, options);
    expect(labels.map(({ left, row }) => [left, row])).toEqual([
      [0, 0],
      [50, 1],
      [104, 0],
      [300, 0],
    ]);
    expect(rows).toBe(2);
  });

  it('keeps two events of the same millisecond apart', () => {
    const { labels } = arrange([label(500), label(500)], scale, options);
    expect(labels.map(({ members, row }) => [members, row])).toEqual([
      [[0], 0],
      [[1], 1],
    ]);
  });

  it('moves a label that would leave the chart back into it, its anchor staying', () => {
    expect(arrange([label(990)], scale, options).labels).toEqual([
      { members: [0], row: 0, left: 900, width: 100, anchor: 990, spanRight: 990 },
    ]);
  });

  it('keeps the line of how long something lasted free of other labels while rows suffice', () => {
    const { labels } = arrange([label(0, 100, 0, 600), label(200)], scale, options);
    expect(labels.map(({ row, spanRight }) => [row, spanRight])).toEqual([
      [0, 600],
      [1, 200],
    ]);
  });

  it('cuts these lines before it gives up a label', () => {
    const { labels } = arrange([label(0, 100, 0, 600), label(200)], scale, { ...options, maxRows: 1 });
    expect(labels.map(({ row, spanRight }) => [row, spanRight])).toEqual([
      [0, 196],
      [0, 200],
    ]);
  });

  it('makes one label of a crowd and keeps that of the one that failed', () => {
    const crowd = Array.from({ length: 10 }, (_, i) => label(100 + i, 100, i === 7 ? 4 : 0));
    const { labels, rows } = arrange(crowd, scale, options);
    expect(labels.map(({ members, row, left }) => [members.length, row, left])).toEqual([
      [9, 1, 100],
      [1, 0, 107],
    ]);
    expect(labels[1]?.members).toEqual([7]);
    expect(rows).toBe(2);
  });

  it('has nothing to lay out of nothing', () => {
    expect(arrange([], scale, options)).toEqual({ labels: [], rows: 0 });
  });

  it('never overlaps labels, never loses an event, never leaves the chart: 200 random sets', () => {
    const random = randomOf(42);
    for (let round = 0; round < 200; round++) {
      const items = Array.from({ length: Math.floor(random() * 300) }, () => {
        const from = random() * 1200 - 100;
        return label(from, 20 + random() * 180, Math.floor(random() * 5), from + random() * 300);
      });
      const maxRows = 1 + Math.floor(random() * 6);
      const { labels, rows } = arrange(items, scale, { ...options, maxRows });
      expect(rows).toBeLessThanOrEqual(maxRows);
      expect(labels.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual(items.map((_, i) => i));
      expect(overlaps(labels)).toEqual([]);
      expect(labels.filter(({ left, width }) => left < 0 || left + width > 1000.001)).toEqual([]);
    }
  });

  it('lays out 10 000 events in a moment, however slow the machine', () => {
    const random = randomOf(1);
    const items = Array.from({ length: 10_000 }, () => label(random() * 1000, 80, Math.floor(random() * 5)));
    const begun = performance.now();
    arrange(items, scale, { ...options, maxRows: 8 });
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});

function overlaps(labels: ArrangedLabel[]): [ArrangedLabel, ArrangedLabel][] {
  const ordered = [...labels].sort((a, b) => a.row - b.row || a.left - b.left);
  return ordered.flatMap((label, i): [ArrangedLabel, ArrangedLabel][] => {
    const next = ordered[i + 1];
    return next && next.row === label.row && next.left < label.left + label.width ? [[label, next]] : [];
  });
}

/** Numbers in [0, 1) that are the same in every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}
