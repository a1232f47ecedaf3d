import type { AlarmLevel, AlarmOperator, AlarmRecord } from '@faultline/contracts';
import { alarmsNotOf } from '../../alarms/index.ts';
import { ALERTMANAGER } from '../alarm.ts';
import { ALARM_KEY_LABEL } from '../ours.ts';
import type { AlertmanagerConfig } from '../../settings/alertmanager.ts';
import { MAX_TOLD, type Asked, type Telling, type ToldAlert } from './telling.ts';

/** The alarms that hosts reported, others told of and the OMS raised itself; those of Alertmanager it knows. */
export const alarmsTold: Telling = {
  kind: 'alarms',
  read: async (db, asked) => {
    const { now, endedAfter } = asked;
    const alarms = await alarmsNotOf(db, ALERTMANAGER, { clearedAfter: endedAfter, limit: MAX_TOLD, now });
    return alarms
      .map((alarm) => alertOf(alarm, asked))
      .filter(({ endedAt }) => endedAt === null || endedAt > endedAfter);
  },
};

/** What Alertmanager's users call the levels; the label `perceived_severity` keeps them apart. */
const SEVERITIES: Record<Exclude<AlarmLevel, 'major'>, string> = {
  critical: 'critical',
  minor: 'warning',
  warning: 'warning',
  indeterminate: 'info',
};

const severityOf = (level: AlarmLevel, { majorSeverity }: Pick<AlertmanagerConfig, 'majorSeverity'>): string =>
  level === 'major' ? majorSeverity : SEVERITIES[level];

/**
 * The alert of an alarm. One on the shelf, or closed, is over for those who are notified, from when it was put there: RFC 8632 has
 * no notifications of a shelved alarm. One that is acknowledged goes on, and says so. Pure.
 */
export function alertOf(
  alarm: AlarmRecord,
  { config: { alertmanager, externalUrl } }: Pick<Asked, 'config'>,
): ToldAlert {
  const { key, name, category, level, vm, host, raised } = alarm;
  return {
    labels: {
      alertname: name,
      severity: severityOf(level, alertmanager),
      perceived_severity: level,
      category,
      host,
      ...(vm && { uuid: vm.uuid, domain: vm.name }),
      [ALARM_KEY_LABEL]: key,
    },
    annotations: annotationsOf(alarm),
    ...(externalUrl !== undefined && { generatorURL: linkOf(alarm, externalUrl) }),
    startsAt: raised,
    endedAt: endOf(alarm),
  };
}

/** When there was nothing to be told of it any more. */
function endOf({ raised, cleared, operator }: AlarmRecord): number | null {
  const isAside = operator.state === 'shelved' || operator.state === 'closed';
  const ends = [cleared, isAside ? operator.at : undefined].filter((end) => typeof end === 'number');
  return ends.length === 0 ? null : Math.max(raised, Math.min(...ends));
}

function annotationsOf({ id, name, cause, details, vm, host, operator }: AlarmRecord): Record<string, string> {
  const description = Object.entries(details)
    .map(([fact, value]) => `${fact}: ${value}`)
    .join('\n');
  return {
    summary: `${name} on ${vm === undefined ? host : `${vm.name} (${host})`}`,
    cause,
    ...(description !== '' && { description }),
    alarm_id: id,
    ...(operator.state !== 'none' && { operator: operatorText(operator) }),
  };
}

const operatorText = ({ state, by, note, until }: AlarmOperator): string =>
  `${state}${by === null ? '' : ` by ${by}`}${until === null ? '' : ` until ${new Date(until).toISOString()}`}${note === null ? '' : `: ${note}`}`;

/** Before and after it, ms. */
const AROUND_MS = 120_000;

/** The VM's chart around the alarm; of an alarm of no VM, its card among the others. */
function linkOf({ id, vm, raised, cleared }: AlarmRecord, externalUrl: string): string {
  const at = externalUrl.replace(/\/+$/, '');
  if (vm === undefined) return `${at}/alarms?${new URLSearchParams({ alarm: id }).toString()}`;
  const from = new Date(Math.max(0, raised - AROUND_MS)).toISOString();
  const to = cleared === undefined ? 'now' : new Date(cleared + AROUND_MS).toISOString();
  return `${at}/?${new URLSearchParams({ vm: vm.uuid, from, to }).toString()}`;
}
