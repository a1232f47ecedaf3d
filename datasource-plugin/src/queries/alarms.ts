import { filterBodies, interpolated, filterText } from '../filters/saved.ts';
import { readFrames } from '../frames.ts';
import { alarmAnnotations } from '../shapes/annotations.ts';
import { alarmListLogs } from '../shapes/logs.ts';
import type { AlarmsQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { limitOf } from './limit.ts';
import { rangeOf } from './range.ts';

/** The alarms of many VMs and hosts (A14, A42-A45): as a table, as logs, or as annotations of any chart. */
export const alarms: QueryDefinition<AlarmsQuery> = {
  type: 'alarms',
  label: 'Alarms',
  description: 'Alarms of many VMs and hosts, the newest first',
  formats: ['table', 'logs', 'annotations'],
  list: 'alarms',
  isComplete: () => true,
  interpolate: interpolated,
  toRequest: (query, asked) => ({
    type: 'alarms',
    ...rangeOf(asked),
    ...(query.active === undefined ? {} : { active: query.active }),
    ...filterBodies('alarms', query, asked.adHoc),
    ...limitOf(query),
  }),
  toFrames(json, { refId, format }) {
    const frames = readFrames(json, ['alarmList'], refId);
    switch (format) {
      case 'logs':
        return frames.map(alarmListLogs);
      case 'annotations':
        return frames.map(alarmAnnotations);
      default:
        return frames;
    }
  },
  follows: () => ({ topics: ['alarm'] }),
  toText: (query) => `${query.active === true ? 'Active alarms' : 'Alarms'}${filterText(query)}`,
};
