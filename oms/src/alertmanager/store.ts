import type { Alarm, AlertmanagerWebhook } from '@faultline/contracts';
import { storeAlarm } from '../alarms/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { findVms, type KnownVm } from '../vms/index.ts';
import { alarmOfAlert, subjectOf, type AlertSubject } from './alarm.ts';
import type { SeverityLevels } from './severity.ts';

/** Stores the alerts of a notification as alarms, in the order in which they began. Give it a transaction. */
export async function storeAlerts(
  db: OmsDatabase,
  { alerts }: AlertmanagerWebhook,
  { received, levels }: { received: number; levels: SeverityLevels },
): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  for (const alert of alerts) {
    const vm = await vmOf(db, subjectOf(alert));
    const known = vm === undefined ? null : { ref: { uuid: vm.uuid, name: vm.name }, host: vm.host };
    alarms.push(alarmOfAlert(alert, { vm: known, received, levels }));
  }
  // In one order, by key: two notifications at once would else each wait for what the other holds.
  alarms.sort((a, b) => (a.key === b.key ? a.raised - b.raised : a.key < b.key ? -1 : 1));
  for (const alarm of alarms) await storeAlarm(db, alarm, { received });
  return alarms;
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
