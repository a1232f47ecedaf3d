import { describe, expect, it } from '@jest/globals';
import type { ShownState, Timeline } from '../model.ts';
import { darkTheme, emptyTimeline, placeOptions, recorder } from '../testing.ts';
import { MIN_PIECE_PX } from '../pieces.ts';
import { state } from './state.ts';

const scale = { from: 0, to: 100_000, left: 0, width: 1000 };
const options = placeOptions({ band: { top: 50, height: 20 } });

type Interval = [from: number, to: number, state: ShownState];
function timelineOf(intervals: Interval[], { now = 100_000, heard = now }: Partial<Timeline> = {}): Timeline {
  return {
    ...emptyTimeline(now),
    heard,
    states: intervals.map(([from, to, name]) => ({
      from,
      to,
      state: name,
      raw: name,
      host: 'h',
      source: 's',
      count: 1,
    })),
  };
}
const placed = (intervals: Interval[], clock: Partial<Timeline> = {}) =>
  state
    .place(timelineOf(intervals, clock), scale, options)
    .map(({ x, width, state: name, count }) => [x, width, name, count]);

describe('the state bar (A13, A22)', () => {
  it('places intervals by their times', () => {
    expect(
      state.place(timelineOf([[10_000, 60_000, 'running']], { heard: 60_000, now: 60_000 }), scale, options),
    ).toEqual([
      expect.objectContaining({ state: 'no-data', x: 0, width: 100, from: 0, to: 10_000 }),
      {
        state: 'running',
        raw: 'running',
        host: 'h',
        from: 10_000,
        to: 60_000,
        x: 100,
        width: 500,
        y: 50,
        height: 20,
        count: 1,
        label: 'running',
        labelWidth: 49,
        icon: true,
      },
    ]);
  });

  it('shows a gap as a gap', () => {
    expect(
      placed([
        [0, 30_000, 'running'],
        [40_000, 100_000, 'stopped'],
      ]),
    ).toEqual([
      [0, 300, 'running', 1],
      [300, 100, 'no-data', 1],
      [400, 600, 'stopped', 1],
    ]);
  });

  it('hatches silence after a while, and leaves open the wait for the next report', () => {
    expect(placed([[0, 60_000, 'running']], { heard: 60_000 })).toContainEqual([600, 400, 'no-data', 1]);
    expect(placed([[0, 80_000, 'running']], { heard: 80_000 })).toEqual([[0, 800, 'running', 1]]);
  });

  it('draws the time before anything is known without the hatching of a gap', () => {
    const timeline = timelineOf([[60_000, 100_000, 'running']]);
    const early = (more: Partial<Timeline>) =>
      state.place({ ...timeline, ...more }, scale, options).map((box) => box.early ?? false);
    const operation = { id: 'o', to: null, kind: 'start', initiator: '', result: 'ok', cause: '' } as const;
    const alarm = {
      ...operation,
      name: '',
      category: '',
      level: 'minor',
      occurrences: 1,
      operator: '',
      suppressed: '',
    } as const;
    expect(early({})).toEqual([true, false]);
    expect(early({ cpu: { times: [60_000], values: [1], lows: [1], highs: [1] } })).toEqual([true, false]);
    expect(early({ cpu: { times: [59_999], values: [1], lows: [1], highs: [1] } })).toEqual([false, false]);
    expect(early({ operations: [{ ...operation, from: -5000 }] })).toEqual([false, false]);
    expect(early({ alarms: [{ ...alarm, from: 59_999 }] })).toEqual([false, false]);
    expect(early({ states: [], heard: null })).toEqual([true]);
    expect(early({ states: [], heard: 0 })).toEqual([false]);
    expect(early({ states: [], heard: 200_000 })).toEqual([true]);

    const { ctx, calls } = recorder();
    state.paint(ctx, state.place(timeline, scale, options).slice(0, 1), darkTheme);
    expect(calls).toEqual(['fillStyle = "grid"', 'fillRect(0, 50, 600, 20)', 'fillStyle = "black"']);
  });

  it('draws nothing past now', () => {
    expect(placed([[0, 70_000, 'running']], { now: 70_000 })).toEqual([[0, 700, 'running', 1]]);
    expect(placed([], { now: -5, heard: null })).toEqual([]);
  });

  it('says of a range of which nothing is known that there is no data', () => {
    expect(placed([], { heard: null })).toEqual([[0, 1000, 'no-data', 1]]);
  });

  it(`gives a state of a moment ${MIN_PIECE_PX} pixels, taken from the next one`, () => {
    expect(
      placed([
        [0, 50_000, 'running'],
        [50_000, 50_010, 'abnormal'],
        [50_010, 100_000, 'running'],
      ]),
    ).toEqual([
      [0, 500, 'running', 1],
      [500, 2, 'abnormal', 1],
      [502, 498, 'running', 1],
    ]);
  });

  it('lets the worst of several that share their pixels win, and counts them', () => {
    expect(
      placed([
        [0, 50_000, 'running'],
        [50_000, 50_050, 'stopped'],
        [50_050, 50_100, 'abnormal'],
        [50_100, 50_150, 'dormant'],
        [50_150, 100_000, 'running'],
      ]),
    ).toEqual([
      [0, 500, 'running', 1],
      [500, 2, 'abnormal', 3],
      [502, 498, 'running', 1],
    ]);
  });

  it('shows a moment at the very end of the range within it, at the cost of what was before', () => {
    expect(
      placed([
        [0, 99_990, 'running'],
        [99_990, 100_000, 'abnormal'],
      ]),
    ).toEqual([
      [0, 998, 'running', 1],
      [998, 2, 'abnormal', 1],
    ]);
  });

  it('covers the bar without overlap or hole at any density', () => {
    for (const length of [1, 7, 35, 90, 180, 400, 3000]) {
      const intervals = Array.from({ length: Math.floor(100_000 / length) }, (_, i): Interval => [
        i * length,
        (i + 1) * length,
        i % 3 === 0 ? 'abnormal' : 'running',
      ]);
      const boxes = state.place(timelineOf(intervals), scale, options);
      boxes.slice(1).forEach((box, i) => expect(box.x).toBeCloseTo((boxes[i]?.x ?? 0) + (boxes[i]?.width ?? 0), 6));
      expect(Math.min(...boxes.slice(0, -1).map((box) => box.width))).toBeGreaterThanOrEqual(MIN_PIECE_PX - 1e-6);
      expect(boxes.reduce((sum, box) => sum + box.count, 0)).toBeGreaterThanOrEqual(intervals.length);
    }
  });

  it('writes the name where it fits, with the raw words where these fit too', () => {
    const intervals: Interval[] = [
      [0, 5000, 'stopped'],
      [5000, 13_000, 'stopped'],
      [13_000, 40_000, 'stopped'],
    ];
    expect(state.place(timelineOf(intervals), scale, options).map(({ label, icon }) => [label, icon])).toEqual([
      ['', true],
      ['stopped', true],
      ['stopped · stopped', true],
      ['no-data', true],
    ]);
  });

  it('paints each state with a pattern of its own', () => {
    const { ctx, calls } = recorder();
    const narrow = { from: 0, to: 100_000, left: 0, width: 60 };
    const boxes = state.place(
      timelineOf(
        [
          [0, 20_000, 'running'],
          [20_000, 40_000, 'dormant'],
          [40_000, 60_000, 'stopped'],
          [60_000, 80_000, 'abnormal'],
        ],
        {
          heard: 80_000,
        },
      ),
      narrow,
      options,
    );
    state.paint(
      ctx,
      [...boxes, ...boxes.slice(0, 1).map((box) => ({ ...box, state: 'no-data' as const, x: 48 }))],
      darkTheme,
    );
    expect(calls).toMatchSnapshot();
  });

  it('writes in the middle of a stretch its icon and its name, and over hatching on a plain ground', () => {
    const { ctx, calls } = recorder();
    const boxes = state.place(timelineOf([[0, 50_000, 'stopped']], { heard: 50_000 }), scale, options);
    state.paintOver?.(ctx, boxes, darkTheme);
    const texts = calls.filter((call) => /^(fillText|fillRect)/.test(call));
    expect(texts).toEqual([
      'fillText("stopped · stopped", 199, 60.5)',
      'fillRect(722, 52, 57, 16)',
      'fillText("no-data", 726, 60.5)',
    ]);
  });
});
