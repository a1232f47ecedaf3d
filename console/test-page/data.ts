import {
  dateTime,
  LoadingState,
  toDataFrame,
  type DataFrame,
  type FieldConfigSource,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { DATASOURCE_ID, DATASOURCE_UID } from '../src/host/index.ts';
import { framesOf, type Story } from './stories.ts';

/** What is shown: data as a story or as frames, in a panel of one size. */
export interface Shown {
  stories?: Story[];
  frames?: unknown[];
  from: number;
  to: number;
  width: number;
  height: number;
  theme?: 'dark' | 'light';
  options?: object;
  fieldConfig?: FieldConfigSource;
  /** Panels with the same data, one under the other; by default one. */
  panels?: number;
}

export const timeRange = (from: number, to: number): TimeRange => {
  const raw = { from: dateTime(from), to: dateTime(to) };
  return { ...raw, raw };
};

/** Made once: what makes the data is not what is measured. */
const made = new Map<string, DataFrame[]>();

function framesOfStory(story: Story): DataFrame[] {
  const key = JSON.stringify(story);
  const frames = made.get(key) ?? framesOf(story);
  if (made.size > 300) {
    made.clear();
  }
  made.set(key, frames);
  return frames;
}

export const framesIn = ({ stories = [], frames = [] }: Pick<Shown, 'stories' | 'frames'>): DataFrame[] => [
  ...stories.flatMap(framesOfStory),
  ...frames.map((frame) => toDataFrame(frame)),
];

/** Panel data as a request to our data source brings it, so that a click finds whom to ask for details. */
export function dataOf(shown: Pick<Shown, 'stories' | 'frames' | 'from' | 'to'>): PanelData {
  const range = timeRange(shown.from, shown.to);
  const target = { refId: 'A', type: 'timeline', datasource: { uid: DATASOURCE_UID, type: DATASOURCE_ID } };
  return {
    state: LoadingState.Done,
    series: framesIn(shown),
    timeRange: range,
    request: {
      app: 'test',
      requestId: 'test',
      timezone: 'utc',
      interval: '1s',
      intervalMs: 1000,
      range,
      scopedVars: {},
      startTime: 0,
      targets: [target],
    },
  };
}
