import { describe, expect, it } from '@jest/globals';
import type { AlarmMark, OperationMark, Timeline } from './model.ts';
import { paintPicture, placePicture, type PictureOptions } from './picture.ts';
import { darkTheme, emptyTimeline, placeOptions, recorder } from './testing.ts';

const { measure, words, zoneOffsetMs, timeLabel, valueLabel, thresholds } = placeOptions();
const options: PictureOptions = {
  width: 1000,
  height: 400,
  from: 0,
  to: 100_000,
  gutter: 60,
  maxLabelWidth: 200,
  hidden: new Set(),
  valueLabel,
  thresholds,
  measure,
  words,
  zoneOffsetMs,
  timeLabel,
};

function story(operations: number, alarms: number): Timeline {
  return {
    ...emptyTimeline(100_000),
    cpu: { times: [0, 50_000, 100_000], values: [0, 100, 50], lows: [0, 100, 50], highs: [0, 100, 50] },
    states: [
      { from: 0, to: 60_000, state: 'running', raw: 'running (booted)', host: 'h', source: 's', count: 1 },
      { from: 60_000, to: 100_000, state: 'abnormal', raw: 'crashed (panicked)', host: 'h', source: 's', count: 1 },
    ],
    operations: Array.from({ length: operations }, (_, i): OperationMark => ({
      id: `o${i}`,
      from: (i * 100_000) / operations,
      to: (i * 100_000) / operations + 500,
      kind: 'start',
      initiator: 'admin',
      result: i % 9 === 4 ? 'failed' : 'ok',
      cause: '',
    })),
    alarms: Array.from({ length: alarms }, (_, i): AlarmMark => ({
      id: `a${i}`,
      from: (i * 100_000) / alarms,
      to: null,
      name: 'Guest panicked',
      category: 'processing',
      level: 'critical',
      cause: '',
      occurrences: 1,
      operator: '',
      suppressed: '',
    })),
  };
}

describe('placePicture (A12-A17)', () => {
  it('stacks CPU, alarms, operations, the state bar and the time labels, in this order, without overlap', () => {
    for (const height of [196, 220, 300, 400, 900]) {
      for (const width of [348, 700, 2500]) {
        for (const count of [0, 1, 5, 60, 1000]) {
          const { bands, boxes } = placePicture(story(count, count), { ...options, width, height });
          const { cpu, alarms, operations, stateBar, axis } = bands;
          const order = [cpu, alarms, operations, stateBar, axis];
          order.slice(1).forEach((band, i) => {
            const above = order[i];
            expect(band.top).toBeGreaterThanOrEqual((above?.top ?? 0) + (above?.height ?? 0));
          });
          expect(axis.top + axis.height).toBe(height);
          expect(cpu.height).toBeGreaterThanOrEqual(55);
          for (const [lane, band] of [
            [boxes.operations, operations],
            [boxes.alarms, alarms],
          ] as const) {
            for (const box of lane.boxes) {
              expect(box.y).toBeGreaterThanOrEqual(band.top);
              expect(box.y + box.height).toBeLessThanOrEqual(band.top + band.height);
            }
          }
        }
      }
    }
  });

  it('puts verdicts above the alarms and the thin lanes above all labels, where there is room, and a further axis at the right', () => {
    const stretch = { from: 0, to: 50_000, host: 'h', count: 1 };
    const timeline: Timeline = {
      ...story(3, 3),
      verdicts: [{ id: 'v', from: 70_000, fault: 'vm', confidence: 1, recommended: '', taken: '' }],
      hosts: [{ ...stretch, state: 'normal', reasons: '' }],
      connectivity: [{ ...stretch, verdict: 'ok', agent: 'ok' }],
      others: [{ name: 'net', unit: 'Bps', times: [0, 100_000], values: [0, 950] }],
    };
    const { bands, boxes, scale } = placePicture(timeline, options);
    const order = ['cpu', 'hostState', 'connectivity', 'verdicts', 'alarms', 'operations', 'stateBar', 'axis'] as const;
    order.slice(1).forEach((band, i) => {
      const above = bands[order[i] ?? 'cpu'];
      expect(bands[band].top).toBeGreaterThanOrEqual(above.top + above.height);
      expect(bands[band].height).toBeGreaterThan(0);
    });
    expect(boxes.others.ticks.map(({ label }) => label)).toEqual([
      '0 Bps',
      '250 Bps',
      '500 Bps',
      '750 Bps',
      '1000 Bps',
    ]);
    expect(scale.left + scale.width).toBe(1000 - 56);
    const low = placePicture(timeline, { ...options, height: 200 });
    expect([low.bands.hostState.height, low.boxes.hostState]).toEqual([0, []]);
    const hidden = placePicture(timeline, {
      ...options,
      hidden: new Set(['cpu', 'others', 'hostState', 'connectivity', 'verdicts']),
    });
    expect([hidden.boxes.cpu.lines, hidden.boxes.others.lines, hidden.boxes.verdicts.boxes]).toEqual([[], [], []]);
    expect([hidden.bands.hostState.height, hidden.bands.connectivity.height]).toEqual([0, 0]);
  });

  it('puts the state bar directly on the x axis (A13)', () => {
    const { bands, boxes } = placePicture(story(1, 1), options);
    expect(bands.stateBar).toEqual({ top: 340, height: 24 });
    expect(boxes.timeAxis.y).toBe(364);
  });

  it('lays all layers on one scale (A17)', () => {
    const { boxes } = placePicture(story(2, 2), options);
    const x = 60 + 926 / 2;
    expect(boxes.cpu.lines[0]?.[2]).toBe(x);
    expect(boxes.operations.boxes[1]?.anchor).toBe(x);
    expect(boxes.alarms.boxes[1]?.anchor).toBe(x);
    expect(boxes.timeAxis.ticks.find((tick) => tick.time === 50_000)?.x).toBe(x);
  });

  it('gives the CPU the height of lanes that are switched off or empty', () => {
    const shown = placePicture(story(5, 5), options);
    const hidden = placePicture(story(5, 5), { ...options, hidden: new Set(['alarms', 'operations']) });
    expect(hidden.bands.cpu.height).toBeGreaterThan(shown.bands.cpu.height);
    expect(hidden.boxes.operations.boxes).toEqual([]);
  });

  it('takes 10 000 events and 2 000 states in stride', () => {
    const timeline = story(10_000, 10_000);
    timeline.states = Array.from({ length: 2000 }, (_, i) => ({
      from: i * 50,
      to: i * 50 + 50,
      state: i % 2 ? 'stopped' : 'running',
      raw: '',
      host: '',
      source: '',
      count: 1,
    }));
    const { boxes } = placePicture(timeline, options);
    expect(boxes.operations.boxes.length + boxes.alarms.boxes.length).toBeLessThan(200);
    expect(boxes.state.length).toBeLessThanOrEqual(500);
  });

  it('takes a range of no length', () => {
    expect(() => placePicture(story(1, 1), { ...options, from: 5, to: 5, width: 10, height: 20 })).not.toThrow();
  });
});

describe('paintPicture', () => {
  it('paints the layers from the grid up', () => {
    const { ctx, calls } = recorder();
    paintPicture(ctx, placePicture(story(1, 1), { ...options, width: 200 }), darkTheme);
    expect(calls).toMatchSnapshot();
  });
});
