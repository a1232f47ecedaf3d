import type { PlainFrame } from './frames.ts';
import { timelineFromFrames } from './frames.ts';
import type { PaintContext, PlaceOptions } from './layer.ts';
import type { Timeline } from './model.ts';
import { timelineTheme } from './theme.ts';

/** Things that several tests of the picture begin with. */

export const VM = { uuid: 'a1b2c3d4-0000-4000-8000-000000000001', name: 'guest-1' };

/** A frame of ours with its meta, from its columns. */
export function frame(name: string, columns: Record<string, unknown[]>, custom: object = {}): PlainFrame {
  return {
    name,
    refId: 'A',
    meta: { custom: { faultline: name, vm: VM, now: 1000, lastSeen: 1000, ...custom } },
    fields: Object.entries(columns).map(([field, values]) => ({ name: field, values })),
  };
}

/** A timeline without anything in it, at the given clock. */
export function emptyTimeline(now: number): Timeline {
  return { ...timelineFromFrames([]), vm: VM, now, heard: now };
}

/** Every letter is 7 pixels wide; times are written in seconds. */
export function placeOptions(overrides: Partial<PlaceOptions> = {}): PlaceOptions {
  return {
    band: { top: 0, height: 100 },
    maxRows: 3,
    barTop: 107,
    maxLabelWidth: 200,
    measure: (text) => text.length * 7,
    words: { state: (state) => state, operationKind: (kind) => kind, fault: (fault) => fault },
    valueLabel: (value, unit) => `${value} ${unit}`.trim(),
    thresholds: { mode: 'off', steps: [] },
    zoneOffsetMs: () => 0,
    timeLabel: (time) => ({ time: `${time / 1000}`, date: new Date(time).toISOString().slice(0, 10) }),
    ...overrides,
  };
}

export const darkTheme = timelineTheme({
  dark: true,
  background: 'black',
  grid: 'grid',
  axis: 'axis',
  text: 'text',
  textWeak: 'weak',
  fontFamily: 'sans',
});

/** Of a browser's paths only what they were made of. */
class PathOfTest {
  constructor(readonly d: string) {}
}
globalThis.Path2D ??= PathOfTest as unknown as typeof Path2D;

/** A context of one device pixel a unit that writes down what is drawn, one line a call, colours where they change. */
export function recorder(): { ctx: PaintContext; calls: string[] } {
  const calls: string[] = [];
  const ctx = new Proxy(
    {},
    {
      get:
        (_, method: string) =>
        (...args: unknown[]) =>
          method === 'getTransform'
            ? { a: 1 }
            : void calls.push(`${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`),
      set: (_, property: string, value: unknown) => {
        calls.push(`${property} = ${JSON.stringify(value)}`);
        return true;
      },
    },
  ) as PaintContext;
  return { ctx, calls };
}
