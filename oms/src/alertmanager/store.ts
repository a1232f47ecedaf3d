import type { Alarm, AlertmanagerWebhook, WebhookAlert } from '@faultline/contracts';
import { holdAlarm, openAlarm, storeAlarm } from '../alarms/index.ts';
import { insertRows, type OmsDatabase } from '../database/index.ts';
import { findVms, type KnownVm } from '../vms/index.ts';
import { alarmOfAlert, subjectOf, type AlertSubject } from './alarm.ts';
import { isOurs } from './ours.ts';
import type { SeverityLevels } from './severity.ts';

interface Told {
  received: number;
  levels: SeverityLevels;
}

/**
 * Stores the alerts of a notification as alarms, in the order in which they began; those that an OMS sent are alarms already. Give it a
 * transaction.
 */
export async function storeAlerts(
  db: OmsDatabase,
  { alerts }: AlertmanagerWebhook,
  { received, levels }: Told,
): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  for (const alert of alerts) if (!isOurs(alert)) alarms.push(await alarmFor(db, alert, { received, levels }));
  // In one order, by key: two notifications at once would else each wait for what the other holds.
  alarms.sort((a, b) => (a.key === b.key ? a.raised - b.raised : a.key < b.key ? -1 : 1));
  for (const alarm of alarms) await storeAlarm(db, await asRaisedNow(db, alarm), { received });
  return alarms;
}

/** The alarm that an alert is, on the VM that its labels name. */
export async function alarmFor(db: OmsDatabase, alert: WebhookAlert, { received, levels }: Told): Promise<Alarm> {
  const vm = await vmOf(db, subjectOf(alert));
  const known = vm === undefined ? null : { ref: { uuid: vm.uuid, name: vm.name }, host: vm.host };
  return alarmOfAlert(alert, { vm: known, received, levels });
}

/** The same alert raised anew, where its record is over: that it began at the same time is no reason to say that it is not there. */
export const raisedAnew = (alarm: Alarm, at: number): Alarm => ({
  ...alarm,
  id: `${alarm.id}:${at}`,
  raised: at,
  changed: at,
});

/** Under the id of its open record, where the alert was {@link raisedAnew}. Give it a transaction. */
export async function asRaisedNow(db: OmsDatabase, alarm: Alarm): Promise<Alarm> {
  await holdAlarm(db, alarm.key);
  const open = await openAlarm(db, alarm.key);
  if (open?.id.startsWith(`${alarm.id}:`) !== true) return alarm;
  // What ended before that is the earlier raising, told late.
  if (alarm.cleared !== undefined && alarm.cleared < open.raised) return alarm;
  const changed = Math.max(open.changed, alarm.changed);
  return {
    ...alarm,
    id: open.id,
    raised: open.raised,
    changed,
    ...(alarm.cleared !== undefined && { cleared: changed }),
  };
}

/** The fingerprints of what the Alertmanagers had when they were asked last. */
export async function knownAlerts(db: OmsDatabase): Promise<string[]> {
  const rows = await db.selectFrom('alertmanager_alerts').select('fingerprint').orderBy('fingerprint').execute();
  return rows.map(({ fingerprint }) => fingerprint);
}

export async function rememberAlerts(db: OmsDatabase, fingerprints: readonly string[]): Promise<void> {
  const rows = fingerprints.map((fingerprint) => ({ fingerprint }));
  await insertRows(db, 'alertmanager_alerts', rows);
}

export async function forgetAlerts(db: OmsDatabase, fingerprints: readonly string[]): Promise<void> {
  if (fingerprints.length === 0) return;
  await db.deleteFrom('alertmanager_alerts').where('fingerprint', 'in', fingerprints).execute();
}

/** The VM that is meant; none where the name fits several, because an alarm on the wrong VM is worse than one on none. */
async function vmOf(db: OmsDatabase, subject: AlertSubject | null): Promise<KnownVm | undefined> {
  if (subject === null) return undefined;
  if ('uuid' in subject) return (await findVms(db, subject))[0];
  const named = await findVms(db, { name: subject.name });
  const onHost = named.filter(({ host }) => subject.host === null || host === subject.host);
  const meant = onHost.length > 0 ? onHost : named;
  return meant.length === 1 ? meant[0] : undefined;
}
