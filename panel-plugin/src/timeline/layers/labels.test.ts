import { describe, expect, it } from '@jest/globals';
import type { AlarmMark, OperationMark, Timeline } from '../model.ts';
import { darkTheme, emptyTimeline, placeOptions, recorder } from '../testing.ts';
import { alarms } from './alarms.ts';
import { operations } from './operations.ts';

const scale = { from: 0, to: 1000, left: 0, width: 1000 };
const options = placeOptions();
const operation = (id: string, from: number, rest: Partial<OperationMark> = {}): OperationMark => ({
  id,
  from,
  to: from + 10,
  kind: 'stop',
  initiator: 'admin',
  result: 'ok',
  cause: '',
  ...rest,
});
const alarm = (id: string, from: number, rest: Partial<AlarmMark> = {}): AlarmMark => ({
  id,
  from,
  to: from + 10,
  name: 'Alarm',
  category: 'processing',
  level: 'minor',
  cause: '',
  occurrences: 1,
  operator: '',
  suppressed: '',
  ...rest,
});
const timeline = (marks: Partial<Timeline>): Timeline => ({ ...emptyTimeline(1000), ...marks });

describe('the operation labels (A14, A25)', () => {
  it('stand in rows above the bar, the lowest at the foot of their band', () => {
    const { boxes, rows } = operations.place(
      timeline({ operations: [operation('a', 100), operation('b', 110)] }),
      scale,
      options,
    );
    expect(rows).toBe(2);
    expect(boxes).toEqual([
      {
        members: [0],
        counted: null,
        count: 1,
        look: 'ok',
        text: 'stop',
        icon: 12,
        contentWidth: 44,
        isHandled: false,
        signs: [],
        x: 100,
        y: 78,
        width: 57,
        height: 20,
        anchor: 100,
        spanRight: 110,
        startsBefore: false,
        open: false,
        stemBottom: 107,
      },
      expect.objectContaining({ members: [1], x: 110, y: 54, anchor: 110, spanRight: 120 }),
    ]);
  });

  it('let one that runs last until now', () => {
    const { boxes } = operations.place(
      timeline({ operations: [operation('a', 100, { to: null, result: 'running' })] }),
      { ...scale, to: 2000 },
      options,
    );
    expect(boxes).toMatchObject([{ anchor: 50, spanRight: 500, open: true }]);
  });

  it('know only the begin of one that ended at an unknown time', () => {
    const { boxes } = operations.place(timeline({ operations: [operation('a', 100, { to: null })] }), scale, options);
    expect(boxes).toMatchObject([{ anchor: 100, spanRight: 100, open: false }]);
  });

  it('leave out what is outside the range or after now, and mark what began before it', () => {
    const { boxes } = operations.place(
      timeline({ operations: [operation('a', -50), operation('b', -5), operation('c', 1001)] }),
      scale,
      options,
    );
    expect(boxes).toMatchObject([{ members: [1], anchor: 0, spanRight: 5, startsBefore: true }]);
  });

  it('count a crowd under its worst result', () => {
    const crowd = Array.from({ length: 30 }, (_, i) => operation(`o${i}`, 500 + i / 10));
    crowd.push(operation('bad', 501, { result: 'cancelled' }));
    const { boxes } = operations.place(timeline({ operations: crowd }), scale, options);
    expect(boxes).toMatchObject([{ text: '31', count: 31, look: 'cancelled', x: 500 }]);
  });

  it('count what the OMS only counted among the others, as a crowd of its own where it stands alone', () => {
    const counted = [
      { from: 500, to: 510, count: 1200, failed: 3, worst: 'failed' as const },
      { from: 800, to: 810, count: 4, failed: 0, worst: 'ok' as const },
    ];
    const { boxes } = operations.place(
      timeline({ operations: [operation('a', 801)], counted: { operations: counted, alarms: [] } }),
      scale,
      { ...options, maxRows: 1 },
    );
    expect(boxes).toMatchObject([
      { text: '1.2k', count: 1200, look: 'failed', members: [], counted: { count: 1200, from: 500, to: 510 } },
      { text: '5', count: 5, look: 'ok', members: [0], counted: { count: 4, from: 800, to: 810 } },
    ]);
  });

  it('are no wider than allowed, and write as much as fits', () => {
    const long = operation('a', 0, { kind: 'x'.repeat(100) });
    const [box] = operations.place(timeline({ operations: [long] }), scale, options).boxes;
    expect(box).toMatchObject({ width: 200, text: `${'x'.repeat(23)}…` });
    const narrow = { ...options, maxLabelWidth: 30 };
    expect(operations.place(timeline({ operations: [long] }), scale, narrow).boxes).toMatchObject([{ text: '' }]);
    // Never half a letter.
    const faces = operation('a', 0, { kind: '😀'.repeat(100) });
    const text = operations.place(timeline({ operations: [faces] }), scale, options).boxes[0]?.text ?? '';
    expect(text).toMatch(/^(😀)+…$/u);
  });

  it('paint a line to the bar with a notch, and one of how long they lasted', () => {
    const { ctx, calls } = recorder();
    operations.paint(
      ctx,
      operations.place(timeline({ operations: [operation('a', 100, { result: 'failed' })] }), scale, options),
      darkTheme,
    );
    expect(calls).toMatchSnapshot();
  });

  it('paint their faces: what failed filled and square, a timeout dashed, a crowd with two edges and its number', () => {
    const facesOf = (...marks: OperationMark[]) => {
      const { ctx, calls } = recorder();
      const placed = operations.place(timeline({ operations: marks }), scale, { ...options, maxRows: 1 });
      operations.paintOver?.(ctx, placed, darkTheme);
      return calls.filter((call) => /^(roundRect|setLineDash\(\[\d|fillText|globalAlpha = 0.12)/.test(call));
    };
    expect(facesOf(operation('a', 100))).toEqual([
      'roundRect(100.5, 78.5, 56, 19, 3.5)',
      'globalAlpha = 0.12',
      'fillText("stop", 121, 88.5)',
    ]);
    expect(facesOf(operation('a', 100, { result: 'failed' }))).toEqual([
      'roundRect(100.5, 78.5, 56, 19, 0)',
      'fillText("stop", 121, 88.5)',
    ]);
    expect(facesOf(operation('a', 100, { result: 'timeout' }))).toContain('setLineDash([4,3])');
    expect(facesOf(operation('a', 100), operation('b', 101))).toEqual([
      'roundRect(100.5, 78.5, 35, 19, 9.5)',
      'globalAlpha = 0.12',
      'roundRect(102.5, 80.5, 31, 15, 7.5)',
      'fillText("2", 122.5, 88.5)',
    ]);
  });

  it('show of one that began before the range an arrow', () => {
    const { ctx, calls } = recorder();
    const placed = operations.place(timeline({ operations: [operation('a', -5)] }), scale, options);
    operations.paintOver?.(ctx, placed, darkTheme);
    expect(placed.boxes).toMatchObject([{ startsBefore: true, text: 'stop', width: 66 }]);
    expect(calls).toContain('fillText("stop", 30, 88.5)');
  });
});

describe('the alarm labels (A14, A42)', () => {
  it('last until now while the alarm is not cleared', () => {
    const { boxes } = alarms.place(
      timeline({ alarms: [alarm('a', -100, { to: null }), alarm('b', 400)] }),
      scale,
      options,
    );
    expect(boxes).toMatchObject([
      { members: [0], anchor: 0, spanRight: 1000, startsBefore: true, open: true },
      { members: [1], anchor: 400, spanRight: 410, open: false },
    ]);
  });

  it('ask for less once somebody looks after the alarm: a dotted edge, and a tick', () => {
    const handled = alarms.place(timeline({ alarms: [alarm('a', 100, { operator: 'acknowledged' })] }), scale, options);
    const open = alarms.place(timeline({ alarms: [alarm('a', 100)] }), scale, options);
    expect(handled.boxes).toMatchObject([{ isHandled: true, text: 'Alarm' }]);
    expect((handled.boxes[0]?.width ?? 0) - (open.boxes[0]?.width ?? 0)).toBe(15);
    const { ctx, calls } = recorder();
    alarms.paintOver?.(ctx, handled, darkTheme);
    expect(calls).toContain('setLineDash([1,2])');
    expect(calls).not.toContain('globalAlpha = 0.12');
  });

  it('say with a struck bell that nobody is notified, beside the tick of who looks after it', () => {
    const quiet = alarm('a', 100, { suppressed: 'silence abc', operator: 'acknowledged' });
    const { boxes } = alarms.place(timeline({ alarms: [quiet] }), scale, options);
    expect(boxes).toMatchObject([{ signs: ['suppressed', 'ok'], text: 'Alarm' }]);
  });
});
