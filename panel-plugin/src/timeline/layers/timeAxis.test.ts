import { describe, expect, it } from '@jest/globals';
import { emptyTimeline, placeOptions } from '../testing.ts';
import { timeAxis } from './timeAxis.ts';

const scale = { from: 0, to: 100_000, left: 50, width: 1000 };

describe('the time labels (A12, A15)', () => {
  it('stand at round times, with the date at the first and where it changes', () => {
    const boxes = timeAxis.place(emptyTimeline(50_000), scale, placeOptions({ band: { top: 300, height: 36 } }));
    expect(boxes).toMatchObject({ y: 300, left: 50, right: 1050, nowX: 550 });
    expect(boxes.ticks.slice(0, 3)).toEqual([
      { time: 0, x: 50, label: '0', date: '1970-01-01' },
      { time: 10_000, x: 150, label: '10', date: '' },
      { time: 20_000, x: 250, label: '20', date: '' },
    ]);
  });

  it('give the date in place of the time where there is one line only', () => {
    const midnight = 86_400_000;
    const boxes = timeAxis.place(
      emptyTimeline(0),
      { ...scale, from: midnight - 20_000, to: midnight + 80_000 },
      placeOptions({ band: { top: 0, height: 20 } }),
    );
    expect(boxes.ticks.slice(0, 4).map((tick) => tick.label)).toEqual(['86380', '86390', '1970-01-02', '86410']);
    expect(boxes.nowX).toBeNull();
  });
});
