import { describe, expect, it } from '@jest/globals';
import { MIN_PIECE_PX } from '../timeline/pieces.ts';
import type { StateInterval, Timeline } from '../timeline/model.ts';
import { emptyTimeline } from '../timeline/testing.ts';
import { insideTicks, keyOf, layOut, placeOverview, rowsInView, scrollTo } from './place.ts';

const HOUR = 3_600_000;
const range = { from: 0, to: 24 * HOUR };
const layout = layOut(1200, range);

const interval = (from: number, to: number, state: StateInterval['state']): StateInterval => ({
  from,
  to,
  state,
  raw: state,
  host: '',
  source: '',
  count: 1,
});

function vm(name: string, states: StateInterval[], more: Partial<Timeline> = {}): Timeline {
  return { ...emptyTimeline(range.to), vm: { uuid: `uuid-${name}`, name }, states, ...more };
}

const alarm = (level: 'critical' | 'minor', to: number | null) => ({
  id: level,
  from: HOUR,
  to,
  name: level,
  category: '',
  level,
  cause: '',
  occurrences: 1,
  operator: '',
  suppressed: '',
});
const failed = (result: 'failed' | 'ok') => ({
  id: result,
  from: HOUR,
  to: HOUR,
  kind: 'stop',
  initiator: '',
  result,
  cause: '',
});
const running = [interval(0, range.to, 'running')];
const names = (timelines: Timeline[], order: 'worst' | 'name' = 'worst') =>
  placeOverview(timelines, layout, order).map(({ name }) => name);

describe('the rows of the overview', () => {
  it('begin with the worst: abnormal, silent, then those with open alarms and failed operations', () => {
    expect(
      names([
        vm('vm-10', running),
        vm('vm-9', running),
        vm('failed', running, { operations: [failed('failed'), failed('ok')] }),
        vm('minor', running, { alarms: [alarm('minor', null)] }),
        vm('critical', running, { alarms: [alarm('critical', null)] }),
        vm('cleared', running, { alarms: [alarm('critical', 2 * HOUR)] }),
        vm('silent', [interval(0, HOUR, 'running')]),
        vm('abnormal', [interval(0, HOUR, 'running'), interval(HOUR, range.to, 'abnormal')]),
      ]),
    ).toEqual(['abnormal', 'silent', 'critical', 'minor', 'failed', 'cleared', 'vm-9', 'vm-10']);
  });

  it('are in the order of their names where that is asked for, numbers by their size', () => {
    expect(names([vm('vm-10', running), vm('vm-9', []), vm('a', running)], 'name')).toEqual(['a', 'vm-9', 'vm-10']);
  });

  it('count what is not cleared, and what failed', () => {
    const [row] = placeOverview(
      [
        vm('a', running, {
          alarms: [alarm('minor', null), alarm('critical', null), alarm('critical', HOUR)],
          operations: [failed('failed'), failed('ok')],
        }),
      ],
      layout,
      'worst',
    );
    expect(row).toMatchObject({ openAlarms: 2, worstAlarm: 'critical', failedOperations: 1, state: 'running' });
  });

  it('tell the state at the end of the range, and silence as such', () => {
    const states = [interval(0, HOUR, 'stopped'), interval(HOUR, 2 * HOUR, 'abnormal')];
    const at = (to: number, now = Infinity) =>
      placeOverview([vm('a', states, { now })], layOut(1200, { from: 0, to }), 'name')[0]?.state;
    expect([at(HOUR / 2), at(2 * HOUR), at(3 * HOUR), at(9 * HOUR, 1.5 * HOUR)]).toEqual([
      'stopped',
      'abnormal',
      'no-data',
      'abnormal',
    ]);
  });

  it('have their bars on the one scale; a short state keeps its pixels, silence is a piece of its own', () => {
    const states = [
      interval(0, HOUR, 'running'),
      interval(HOUR, HOUR + 1, 'abnormal'),
      interval(12 * HOUR, range.to, 'running'),
    ];
    const [row] = placeOverview([vm('a', states)], layout, 'name');
    expect(row?.boxes.map(({ state }) => state)).toEqual(['running', 'abnormal', 'no-data', 'running']);
    expect(row?.boxes[1]?.width).toBe(MIN_PIECE_PX);
    expect(row?.boxes[3]?.x).toBeCloseTo(layout.scale.left + layout.scale.width / 2);
    expect(
      row?.boxes.every(({ y, height, label }) => y === layout.bar.top && height === layout.bar.height && !label),
    ).toBe(true);
  });

  it('join what shares pixels, so that a bar is no more boxes than it is wide', () => {
    const states = Array.from({ length: 20_000 }, (_, i) =>
      interval((i * range.to) / 20_000, ((i + 1) * range.to) / 20_000, i === 777 ? 'abnormal' : 'running'),
    );
    const [row] = placeOverview([vm('a', states)], layout, 'worst');
    expect(row?.boxes.length).toBeLessThanOrEqual(layout.scale.width / MIN_PIECE_PX + 1);
    expect(row?.boxes.filter(({ state }) => state === 'abnormal')).toHaveLength(1);
  });

  it('are known by uuid, else by name', () => {
    expect(keyOf(vm('a', []))).toBe('uuid-a');
    expect(keyOf({ ...vm('a', []), vm: { uuid: '', name: 'a' } })).toBe('a');
    expect(keyOf({ ...vm('a', []), vm: null })).toBe('');
  });
});

describe('the columns', () => {
  it('stand before the bars where there is room, above them on a phone', () => {
    expect(layout.narrow).toBe(false);
    expect(layout.scale.left).toBeGreaterThan(layout.name + layout.state);
    const phone = layOut(375, range);
    expect(phone.narrow).toBe(true);
    expect(phone.scale.left + phone.scale.width).toBeLessThan(375);
    expect(phone.name + phone.state + phone.counts).toBeLessThanOrEqual(375);
    expect(phone.bar.top + phone.bar.height).toBeLessThan(phone.rowHeight);
  });

  it('have no time label that the edge would cut, and lose no date by it', () => {
    const tick = (x: number, date: string) => ({ time: x, x, label: `${x}`, date });
    expect(
      insideTicks([tick(8, 'Monday'), tick(90, ''), tick(180, 'Tuesday')]).map(({ x, date }) => [x, date]),
    ).toEqual([
      [90, 'Monday'],
      [180, 'Tuesday'],
    ]);
    expect(insideTicks([tick(200, 'Monday')])).toHaveLength(1);
    expect([insideTicks([]), insideTicks([tick(0, 'Monday')])]).toEqual([[], []]);
  });

  it('take any width and range', () => {
    expect(layOut(0, { from: 5, to: 5 }).scale).toMatchObject({ width: 1, to: 6 });
  });
});

describe('scrolling', () => {
  it('paints the rows in sight and one more at each end', () => {
    expect(rowsInView(0, 260, 26, 200)).toEqual([0, 11]);
    expect(rowsInView(260, 260, 26, 200)).toEqual([9, 21]);
    expect(rowsInView(26 * 195, 260, 26, 200)).toEqual([194, 200]);
    expect(rowsInView(9999, 260, 26, 3)).toEqual([3, 3]);
  });

  it('goes no further than is needed to see a row', () => {
    expect([scrollTo(0, 100, 260, 26), scrollTo(5, 0, 260, 26), scrollTo(20, 0, 260, 26)]).toEqual([0, 0, 286]);
  });
});
