import { describe, expect, it } from '@jest/globals';
import { darkTheme, emptyTimeline, placeOptions, recorder } from '../testing.ts';
import { cpu } from './cpu.ts';

const scale = { from: 0, to: 1000, left: 50, width: 100 };
const options = placeOptions({ band: { top: 10, height: 200 } });
const place = (times: number[], values: (number | null)[], on = scale) =>
  cpu.place({ ...emptyTimeline(1000), cpu: { times, values, lows: values, highs: values } }, on, options);

describe('the CPU layer (A12, A16, A20)', () => {
  it('draws 0 % at the foot and 100 % at the head of its band', () => {
    expect(place([0, 500, 1000], [0, 50, 100])).toEqual({
      lines: [[50, 210, 100, 110, 150, 10]],
      bottom: 210,
      left: 50,
      right: 150,
    });
  });

  it('breaks the line where a value is null', () => {
    expect(place([0, 100, 200, 300], [0, null, 0, 0]).lines).toEqual([
      [50, 210],
      [70, 210, 80, 210],
    ]);
  });

  it('holds values outside 0-100 at the edges', () => {
    expect(place([0, 500], [-5, 250]).lines).toEqual([[50, 210, 100, 10]]);
  });

  it('keeps the neighbours of the range, so that the line runs to the edges', () => {
    const { lines } = place([-200, -100, 500, 1100, 1200], [0, 0, 0, 0, 0]);
    expect(lines).toEqual([[40, 210, 100, 210, 160, 210]]);
  });

  it('loses no spike when many samples share a pixel', () => {
    const times = Array.from({ length: 100_000 }, (_, i) => i / 100);
    const { lines } = place(
      times,
      times.map((_, i) => (i === 54_321 ? 100 : 5)),
    );
    expect(lines[0]?.length).toBeLessThanOrEqual(100 * 4 * 2);
    expect(lines[0]?.filter((_, i) => i % 2 === 1).includes(10)).toBe(true);
  });

  it('shows between which values the samples of a point were, so that a spike survives (A16)', () => {
    const samples = {
      times: [0, 500, 700, 1000],
      values: [10, 20, null, 50],
      lows: [0, 20, null, 50],
      highs: [100, 20, null, 50],
    };
    const boxes = cpu.place({ ...emptyTimeline(1000), cpu: samples }, scale, options);
    expect(boxes.bands).toEqual([[50, 10, 210, 100, 170, 170]]);
    const { ctx, calls } = recorder();
    cpu.paint(ctx, boxes, darkTheme);
    const first = calls.indexOf('moveTo(50, 10)');
    expect(calls.slice(first, first + 5)).toEqual([
      'moveTo(50, 10)',
      'lineTo(100, 170)',
      'lineTo(100, 170)',
      'lineTo(50, 210)',
      'fill()',
    ]);
  });

  it('paints a filled line and a dot for a lone sample', () => {
    const { ctx, calls } = recorder();
    cpu.paint(ctx, place([0, 100, 200, 300], [0, 100, null, 50]), darkTheme);
    expect(calls).toMatchSnapshot();
  });
});
