import { HostReportBatch, type HostReport } from '@faultline/contracts';
import { ApiError } from '../errors.ts';

export { HostReportBatch };

/** A full batch of events is some hundred kilobytes; alarms with all their details are the largest. */
export const REPORTS_BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** Clocks of hosts may run ahead of ours by this much before what they say of time is refused. */
export const CLOCK_TOLERANCE_MS = 600_000;

/** Thrown for a report whose times cannot be true. Nothing of its batch is stored. */
class ReportTimesError extends ApiError {
  override readonly name = 'ReportTimesError';
  constructor(field: string, message: string) {
    super({ code: 'report-times', detail: `${field} ${message}`, field });
  }
}

/** Checks what a schema cannot: that times are in order and not ahead of the present. */
export function checkTimes(reports: HostReport[], now: number): void {
  reports.forEach((report, index) => {
    const at = `/reports/${index}`;
    for (const [field, time] of timesOf(report)) {
      if (time > now + CLOCK_TOLERANCE_MS) throw new ReportTimesError(at + field, `is ${time - now} ms in the future`);
    }
    if (report.type === 'observation-gap' && report.to < report.from) {
      throw new ReportTimesError(`${at}/to`, 'is before the gap begins');
    }
    if (report.type === 'alarm') {
      const { raised, changed, cleared } = report.alarm;
      if (changed < raised) throw new ReportTimesError(`${at}/alarm/changed`, 'is before the alarm was raised');
      if (cleared !== undefined && cleared < raised) {
        throw new ReportTimesError(`${at}/alarm/cleared`, 'is before the alarm was raised');
      }
    }
  });
}

/** The moment that a report tells of. */
export function timeOf(report: HostReport): number {
  return Math.max(...timesOf(report).map(([, time]) => time));
}

function timesOf(report: HostReport): [string, number][] {
  switch (report.type) {
    case 'domain-event':
      return [['/at', report.at]];
    case 'observation-gap':
      return [
        ['/from', report.from],
        ['/to', report.to],
      ];
    case 'guest-probe':
      return [['/at', report.at]];
    case 'alarm':
      return [
        ['/alarm/raised', report.alarm.raised],
        ['/alarm/changed', report.alarm.changed],
        ...(report.alarm.cleared === undefined ? [] : [['/alarm/cleared', report.alarm.cleared] as [string, number]]),
      ];
  }
}
