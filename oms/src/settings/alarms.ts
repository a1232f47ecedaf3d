import { ALARM_LEVELS, type AlarmLevel } from '@faultline/contracts';
import type { Kind, Settings } from '@faultline/program';
import { DEFAULT_LEVELS, type SeverityLevels } from '../alertmanager/severity.ts';
import { byName } from './by-name.ts';

const severityLevel: Kind<[string, AlarmLevel]> = {
  allowed: `SEVERITY=LEVEL with a level of ${ALARM_LEVELS.join(', ')}, each severity once, such as warning=minor`,
  read: (text) => {
    const [, severity, written] = /^([^=\s]{1,64})=(.*)$/.exec(text) ?? [];
    const level = ALARM_LEVELS.find((it) => it === written);
    return severity === undefined || level === undefined ? undefined : [severity.toLowerCase(), level];
  },
};

/** What others' alarms are here. */
export const alarmSettings = {
  severityLevels: {
    flag: 'alarm.severity',
    kind: severityLevel,
    description: `Levels of Alertmanager's severities, over ${Object.entries(DEFAULT_LEVELS)
      .map(([severity, level]) => `${severity}=${level}`)
      .join(', ')}. Any other severity is indeterminate.`,
    atMost: 100,
  },
} as const satisfies Settings;

/** The levels of Alertmanager's severities. @throws BadSettingError when one was given twice */
export function severityLevelsIn(given: [string, AlarmLevel][]): SeverityLevels {
  return { ...DEFAULT_LEVELS, ...Object.fromEntries(byName('--alarm.severity', severityLevel, given)) };
}
