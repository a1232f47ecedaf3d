import { describe, expect, it } from '@jest/globals';
import type { CpuStretch } from '../cycles/index.ts';
import { binsOf } from '../frames/index.ts';
import { CpuLine, type CpuPoint } from './cpu-line.ts';

const used = (at: number, percent: number, ms = 5000): CpuStretch => ({
  at,
  ms,
  use: { mean: percent, min: percent, max: percent },
});
const broken = (at: number): CpuStretch => ({ at, ms: 5000, use: null });
const point = (time: number, cpu: number | null, cpuMin = cpu, cpuMax = cpu): CpuPoint => ({
  time,
  cpu,
  cpuMin,
  cpuMax,
});

function pointsOf(stretches: CpuStretch[], points: number, range = { from: 0, to: 100_000 }): CpuPoint[] {
  const line = new CpuLine(binsOf(range, points));
  for (const stretch of stretches) line.add(stretch);
  line.end();
  return line.points;
}

describe('the CPU line of one point a bin (A16)', () => {
  it('is the samples themselves where bins are short', () => {
    expect(pointsOf([used(5000, 10), used(10_000, 20)], 5000)).toEqual([point(5000, 10), point(10_000, 20)]);
  });

  it('has the mean over time, the lowest and the highest of each bin, at its last sample', () => {
    const points = pointsOf([used(5000, 10, 5000), used(20_000, 40, 15_000), used(60_000, 0)], 3);
    expect(points).toEqual([point(20_000, 32.5, 10, 40), point(60_000, 0)]);
  });

  it.each([
    [
      'between two bins',
      [used(40_000, 10), broken(60_000), used(65_000, 20)],
      [
        [40_000, 10],
        [60_000, null],
        [65_000, 20],
      ],
    ],
    [
      'within a bin',
      [used(5000, 10), broken(10_000), used(15_000, 20)],
      [
        [5000, 10],
        [10_000, null],
        [15_000, 20],
      ],
    ],
    [
      'at the end of a bin',
      [used(5000, 10), broken(10_000), used(60_000, 20)],
      [
        [5000, 10],
        [10_000, null],
        [60_000, 20],
      ],
    ],
    [
      'twice in a bin',
      [used(5000, 10), broken(10_000), used(15_000, 20), broken(20_000), used(25_000, 40)],
      [
        [5000, 10],
        [10_000, null],
        [25_000, 30],
      ],
    ],
    [
      'from one bin into the next',
      [used(5000, 10), broken(49_000), broken(60_000), used(65_000, 20)],
      [
        [5000, 10],
        [49_000, null],
        [65_000, 20],
      ],
    ],
    [
      'before anything',
      [broken(5000), used(10_000, 10)],
      [
        [5000, null],
        [10_000, 10],
      ],
    ],
  ])('breaks %s, once', (_where, stretches, expected) => {
    expect(pointsOf(stretches, 3).map(({ time, cpu }) => [time, cpu])).toEqual(expected);
  });

  it('keeps a spike of one sample in 30 days at 100 points', () => {
    const samples = 518_400;
    for (const at of [1, 259_123, 518_399]) {
      const line = new CpuLine(binsOf({ from: 0, to: samples * 5000 }, 100));
      for (let index = 1; index <= samples; index += 1) line.add(used(index * 5000, index === at ? 97 : 3));
      line.end();
      expect(line.points.length).toBeLessThanOrEqual(100);
      expect(line.points.filter(({ cpuMax }) => cpuMax === 97)).toHaveLength(1);
      expect(Math.min(...line.points.map(({ cpuMin }) => cpuMin ?? 0))).toBe(3);
      expect(line.points.at(-1)?.time).toBe(samples * 5000);
    }
  });
});
