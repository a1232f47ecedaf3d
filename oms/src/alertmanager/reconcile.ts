import { isDeepStrictEqual } from 'node:util';
import type { Alarm, AlarmAlert } from '@faultline/contracts';
import { alarmsNotOf, findAlarm, holdAlarm, noteAlert, openAlarm, openAlarmsOf, storeAlarm } from '../alarms/index.ts';
import type { OmsContext } from '../context.ts';
import type { OmsDatabase } from '../database/index.ts';
import type { Tenure } from '../lease/index.ts';
import { ALERTMANAGER, keyOf } from './alarm.ts';
import { ALARM_KEY_LABEL, isOurs } from './ours.ts';
import { goneAlerts, standingAlerts, type StandingAlert } from './standing.ts';
import { alarmFor, asRaisedNow, forgetAlerts, knownAlerts, raisedAnew, rememberAlerts } from './store.ts';
import { MAX_TOLD } from './told/index.ts';

/** Alarms that one transaction stores: others who write wait for no longer. */
const BATCH = 100;

export type LinkContext = Pick<OmsContext, 'db' | 'config' | 'log' | 'news' | 'now' | 'telemetry' | 'alertmanagers'>;

/** What was in the store before the Alertmanagers were asked: what came meanwhile they may not have answered. */
interface Before {
  known: string[];
  /** By key. */
  open: Map<string, Alarm>;
}

/**
 * Brings the alarm records in line with what the Alertmanagers have, for as long as one tenure of the lease: what a webhook never told
 * becomes a record, what is silenced or inhibited is marked, and what is over is cleared (decision 0033).
 */
export class Reconciler {
  readonly #context: LinkContext;
  readonly #tenure: Pick<Tenure, 'fence'>;

  constructor(context: LinkContext, tenure: Pick<Tenure, 'fence'>) {
    this.#context = context;
    this.#tenure = tenure;
  }

  /** Asks all of them once. Where one does not answer, what the others have is still taken, and nothing is cleared. */
  async round(stop: AbortSignal): Promise<void> {
    const { db, alertmanagers, config, now } = this.#context;
    const openBefore = await openAlarmsOf(db, ALERTMANAGER);
    const before: Before = {
      known: await knownAlerts(db),
      open: new Map(openBefore.map((alarm) => [alarm.key, alarm])),
    };
    const askedAt = now();
    const listings = await Promise.all(alertmanagers.map((alertmanager) => alertmanager.list(stop)));
    if (stop.aborted) return;
    const heard = listings.filter((listing) => listing !== null);
    const standing = [...standingAlerts(heard).values()];
    const others = standing.filter(({ alert }) => !isOurs(alert));
    await this.#storeAll(others, before, askedAt);
    const isComplete = heard.length === listings.length;
    await this.#noteOurs(
      standing.filter(({ alert }) => isOurs(alert)),
      isComplete,
    );
    await this.#clear(goneAlerts(before.known, listings, config.alertmanager.settleMs), before);
  }

  async #storeAll(standing: readonly StandingAlert[], before: Before, askedAt: number): Promise<void> {
    const { db, config, now } = this.#context;
    const told = { received: now(), levels: config.severityLevels };
    const alarms: Alarm[] = [];
    for (const { alert, treatment } of standing) {
      const alarm = await alarmFor(db, { ...alert, status: 'firing' }, told);
      const open = before.open.get(alarm.key);
      const { fingerprint } = alert;
      const known = treatment ?? treatmentKnownOf(open);
      const listed = { ...alarm, alert: { fingerprint, ...known } };
      // Under another id it began anew, which counts.
      const isRecorded = open?.id.startsWith(alarm.id) === true && saysTheSame(listed, open);
      if (!isRecorded) alarms.push(listed);
    }
    // In one order, by key, as notifications are: two transactions would else each wait for what the other holds.
    alarms.sort((a, b) => (a.key < b.key ? -1 : 1));
    const { received } = told;
    await this.#inBatches(alarms, (trx, alarm) => storeListed(trx, alarm, { received, askedAt }));
    const isKnown = new Set(before.known);
    const found = standing.map(({ alert }) => alert.fingerprint).filter((fingerprint) => !isKnown.has(fingerprint));
    if (found.length > 0) await this.#fenced((trx) => rememberAlerts(trx, found));
  }

  /** Marks our own alarms whose alerts somebody silenced in Alertmanager, or another alert inhibits. */
  async #noteOurs(standing: readonly StandingAlert[], isComplete: boolean): Promise<void> {
    const { db, now } = this.#context;
    const at = now();
    const ours = await alarmsNotOf(db, ALERTMANAGER, { clearedAfter: at, limit: MAX_TOLD, now: at });
    const byKey = new Map(standing.map((one) => [one.alert.labels[ALARM_KEY_LABEL], one]));
    const notes: { key: string; alert: AlarmAlert }[] = [];
    for (const { key, alert } of ours) {
      const found = byKey.get(key);
      if (found?.treatment != null) {
        notes.push({ key, alert: { fingerprint: found.alert.fingerprint, ...found.treatment } });
      } else if (found === undefined && isComplete && alert !== undefined) {
        notes.push({ key, alert: { fingerprint: alert.fingerprint, silenced: null, inhibited: null } });
      }
    }
    const isNews = new Map(ours.map(({ key, alert }) => [key, alert]));
    const changed = notes.filter(({ key, alert }) => !isDeepStrictEqual(isNews.get(key), alert));
    changed.sort((a, b) => (a.key < b.key ? -1 : 1));
    await this.#inBatches(changed, (trx, { key, alert }) => noteAlert(trx, key, alert));
  }

  async #clear(gone: readonly string[], before: Before): Promise<void> {
    const { now, log } = this.#context;
    const at = now();
    const cleared = await this.#inBatches(gone, async (trx, fingerprint) => {
      const key = keyOf(fingerprint);
      await holdAlarm(trx, key);
      const seen = before.open.get(key);
      const open = await openAlarm(trx, key);
      // Told of since: whether it is over the next round says.
      if (open !== undefined && (open.id !== seen?.id || open.changed !== seen.changed)) return undefined;
      await forgetAlerts(trx, [fingerprint]);
      if (open === undefined) return undefined;
      const over = Math.max(open.changed, at);
      const alarm = { ...open, changed: over, cleared: over };
      await storeAlarm(trx, alarm, { received: at });
      return alarm;
    });
    if (cleared > 0) log.info({ cleared }, 'alarms are cleared of which no Alertmanager knows now');
  }

  /** Does something about each of many, some at a time, and tells what came of it. @returns of how many something came */
  async #inBatches<Item>(
    items: readonly Item[],
    work: (trx: OmsDatabase, item: Item) => Promise<Alarm | undefined>,
  ): Promise<number> {
    let done = 0;
    for (let from = 0; from < items.length; from += BATCH) {
      const told: Alarm[] = [];
      await this.#fenced(async (trx) => {
        for (const item of items.slice(from, from + BATCH)) {
          const alarm = await work(trx, item);
          if (alarm !== undefined) told.push(alarm);
        }
      });
      const { news, now } = this.#context;
      for (const { id, vm } of told) news.tell({ topic: 'alarm', vm: vm?.uuid ?? null, id, at: now() });
      done += told.length;
    }
    return done;
  }

  async #fenced(work: (trx: OmsDatabase) => Promise<void>): Promise<void> {
    await this.#context.db.transaction().execute(async (trx) => {
      await this.#tenure.fence(trx);
      await work(trx);
    });
  }
}

/** Of an alert that just came it is not known whether it is silenced: what was known of it stays. */
function treatmentKnownOf(open: Alarm | undefined): Omit<AlarmAlert, 'fingerprint'> {
  const { silenced, inhibited, silencedBy, inhibitedBy } = open?.alert ?? {};
  return {
    ...{ silenced: silenced ?? null, inhibited: inhibited ?? null },
    ...(silencedBy && { silencedBy }),
    ...(inhibitedBy && { inhibitedBy }),
  };
}

/** Whether an alert that is listed is in the store as it is. Since when it is raised is the record's to say. */
function saysTheSame(listed: Alarm, open: Alarm): boolean {
  const facts = ({ name, category, level, cause, details, vm, host, alert }: Alarm) => [
    ...[name, category, level, cause, details, vm, host, alert],
  ];
  return isDeepStrictEqual(facts(listed), facts(open));
}

/** Stores an alert that is listed. Its record may be over though it is there: Prometheus was away for a while, and it ended meanwhile. */
async function storeListed(
  trx: OmsDatabase,
  listed: Alarm,
  { received, askedAt }: { received: number; askedAt: number },
): Promise<Alarm | undefined> {
  const alarm = await asRaisedNow(trx, listed);
  const stored = await findAlarm(trx, alarm.id, received);
  if (stored !== undefined && stored.cleared === undefined && saysTheSame(alarm, stored)) return undefined;
  const isOver = stored?.cleared !== undefined && stored.cleared < askedAt;
  const raised = isOver ? raisedAnew(alarm, received) : alarm;
  await storeAlarm(trx, raised, { received });
  return raised;
}
