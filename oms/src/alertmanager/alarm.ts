import { ALARM_CATEGORIES, VmUuid, type Alarm, type VmRef, type WebhookAlert } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { levelOf, type SeverityLevels } from './severity.ts';

/** What an alert says of the VM that it is about: its UUID, or its name and where it runs. */
export type AlertSubject = { uuid: string } | { name: string; host: string | null };

const UNKNOWN_HOST = 'unknown';
const MAX_DETAILS = 50;
/** What the names of an alarm's details are not made of. */
const NO_KEY = /[^A-Za-z0-9._ -]/gu;

/**
 * The VM that an alert's labels name: `uuid`, or else `domain` with the host in `host` or `instance`, as the exporter's metrics have
 * them. Null where it is about no VM.
 */
export function subjectOf({ labels }: WebhookAlert): AlertSubject | null {
  const uuid = labels['uuid']?.toLowerCase();
  if (Value.Check(VmUuid, uuid)) return { uuid };
  const name = lineOf(labels['domain'], 255);
  return name === '' ? null : { name, host: hostOf(labels) };
}

/** The host that an alert is of; `instance` is a host with a port. Null where it does not say. */
function hostOf(labels: WebhookAlert['labels']): string | null {
  const host = lineOf(labels['host'], 255);
  if (host !== '') return host;
  const instance = lineOf(labels['instance']?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'), 255);
  return instance === '' ? null : instance;
}

/** The source of the alarms that Alertmanager told of. */
export const ALERTMANAGER = 'alertmanager';

/** The key of the alarm that an alert is. */
export const keyOf = (fingerprint: string): string => `alertmanager:${fingerprint}`;

/**
 * The alarm record of an alert as a notification tells it. Its id is made of the fingerprint and of when it began, so that
 * notifications that are repeated or overtake each other tell of one record; its key is the fingerprint.
 *
 * @param vm the VM that the subject is, where it is known, and its host
 * @param received when the notification came: what is told now began and ended no later, whatever the clocks say
 */
export function alarmOfAlert(
  alert: WebhookAlert,
  { vm, received, levels }: { vm: { ref: VmRef; host: string } | null; received: number; levels: SeverityLevels },
): Alarm {
  const { status, labels, annotations, fingerprint, startsAt, endsAt } = alert;
  const began = Date.parse(startsAt);
  const raised = clamp(began, 0, received);
  const cleared = status === 'resolved' ? clamp(Date.parse(endsAt), raised, received) : undefined;
  const { summary, description } = annotations;
  const name = lineOf(labels['alertname'], 255) || lineOf(summary, 255) || 'alert';
  const category = ALARM_CATEGORIES.find((it) => it === labels['category']?.toLowerCase());
  return {
    id: `alertmanager:${fingerprint}:${Number.isNaN(began) ? 0 : began}`,
    key: keyOf(fingerprint),
    name,
    category: category ?? 'processing',
    level: levelOf(labels['severity'], levels),
    cause: textOf(annotations['cause'] ?? labels['cause'] ?? summary ?? description ?? name, 4096),
    details: detailsOf(alert),
    ...(vm !== null && { vm: vm.ref }),
    host: hostOf(labels) ?? vm?.host ?? UNKNOWN_HOST,
    raised,
    changed: cleared ?? raised,
    ...(cleared !== undefined && { cleared }),
    occurrences: 1,
    source: ALERTMANAGER,
    // A webhook is told of no alert that is silenced or inhibited.
    alert: { fingerprint, silenced: false, inhibited: false, silencedBy: [], inhibitedBy: [] },
  };
}

/** A time that is none, as Go's zero time and those before 1970, becomes the earliest that is possible. */
const clamp = (time: number, least: number, most: number): number =>
  Number.isNaN(time) ? most : Math.max(least, Math.min(time, Math.max(least, most)));

/** Everything that the alert says, annotations first: they are written for people. */
function detailsOf({ labels, annotations, generatorURL }: WebhookAlert): Record<string, string> {
  const all = [
    ...Object.entries(annotations),
    ...(generatorURL === undefined ? [] : [['generatorURL', generatorURL] as const]),
    ...Object.entries(labels).map(([name, value]) => [`label ${name}`, value] as const),
  ];
  const told = all.map(([name, value]) => [name.slice(0, 64).replaceAll(NO_KEY, '_'), textOf(value, 1024)] as const);
  return Object.fromEntries(told.filter(([name]) => name !== '').slice(0, MAX_DETAILS));
}

/** What no record holds: control characters but for lines and columns, and halves of surrogate pairs. */
const UNSPEAKABLE = /(?![\n\r\t])[\p{Cc}\p{Cs}]/gu;

/** Text of another system as a record may hold it, and not longer than this. */
function textOf(text: string | undefined, maxLength: number): string {
  return (text ?? '').slice(0, maxLength).replace(UNSPEAKABLE, '\uFFFD').trim();
}

/** The same in one line, as names are. */
function lineOf(text: string | undefined, maxLength: number): string {
  return textOf(text, maxLength).replaceAll(/\s/g, ' ');
}
