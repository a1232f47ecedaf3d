import type { PlainFrame } from '../timeline/frames.ts';

/** Things that several tests of the input begin with. */
export const CLOCK = { now: 10_000_000, rangeEnd: 10_000_000 };

/** A frame of any data source, from its columns; the type of each is that of its first value, `time` that of times. */
export function table(refId: string, columns: Record<string, unknown[]>, more: Partial<PlainFrame> = {}): PlainFrame {
  return {
    refId,
    fields: Object.entries(columns).map(([name, values]) => ({
      name,
      type: /^time/i.test(name) ? 'time' : typeof values[0] === 'number' ? 'number' : 'string',
      config: {},
      values,
    })),
    ...more,
  };
}

/** One series as Grafana's Prometheus data source returns it from a range query. */
export function promSeries(
  refId: string,
  labels: Record<string, string>,
  samples: [time: number, value: number][],
  { expr = '', stepMs = 15_000, unit }: { expr?: string; stepMs?: number; unit?: string } = {},
): PlainFrame {
  const { __name__: name = '' } = labels;
  return {
    name,
    refId,
    meta: {
      type: 'timeseries-multi',
      custom: { resultType: 'matrix' },
      executedQueryString: `Expr: ${expr || name}\nStep: ${stepMs / 1000}s`,
    },
    fields: [
      { name: 'Time', type: 'time', config: { interval: stepMs }, values: samples.map(([time]) => time) },
      {
        name: 'Value',
        type: 'number',
        labels,
        config: { displayNameFromDS: `${name}{}`, unit },
        values: samples.map(([, value]) => value),
      },
    ],
  };
}

/** Samples of one value, one a step. */
export function steady(from: number, to: number, value: number, stepMs = 15_000): [number, number][] {
  const samples: [number, number][] = [];
  for (let at = from; at <= to; at += stepMs) {
    samples.push([at, value]);
  }
  return samples;
}
