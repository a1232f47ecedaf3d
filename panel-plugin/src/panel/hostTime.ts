import { dateTimeForTimeZone, dateTimeFormat, type TimeZone } from '@grafana/data';
import type { TimeWriter } from '../time.ts';

/** Writes times in the dashboard's time zone. */
export function timeWriter(timeZone: TimeZone): TimeWriter {
  return {
    format: (time, format) => dateTimeFormat(time, { timeZone, format }),
    zoneOffsetMs: (time) => dateTimeForTimeZone(timeZone, time).utcOffset() * 60_000,
  };
}
