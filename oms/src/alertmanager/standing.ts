import type { AlarmAlert } from '@faultline/contracts';
import type { ListedAlert } from './api.ts';
import type { Listing } from './client.ts';

/** What keeps an alert from being notified. */
type Treatment = Omit<AlarmAlert, 'fingerprint'>;

/** An alert that at least one Alertmanager has. */
export interface StandingAlert {
  alert: ListedAlert;
  /** Null where it is not known yet. */
  treatment: Treatment | null;
}

/**
 * The alerts that several Alertmanagers have together, by fingerprint: one that any of them has is there, and began when the first
 * of them says. It is silenced or inhibited where none of them would notify of it. Pure.
 */
export function standingAlerts(listings: readonly Listing[]): Map<string, StandingAlert> {
  const found = new Map<string, ListedAlert[]>();
  for (const { alerts } of listings) {
    for (const alert of alerts) found.set(alert.fingerprint, [...(found.get(alert.fingerprint) ?? []), alert]);
  }
  const standing = new Map<string, StandingAlert>();
  for (const [fingerprint, alerts] of found) {
    const alert = alerts.reduce((first, other) =>
      Date.parse(other.startsAt) < Date.parse(first.startsAt) ? other : first,
    );
    standing.set(fingerprint, { alert, treatment: treatmentOf(alerts) });
  }
  return standing;
}

function treatmentOf(alerts: readonly ListedAlert[]): Treatment | null {
  const judged = alerts.map(({ status }) => status).filter(({ state }) => state !== 'unprocessed');
  if (judged.length === 0) return null;
  const isSuppressed = judged.every(({ state }) => state === 'suppressed');
  const by = (key: 'silencedBy' | 'inhibitedBy'): string[] =>
    isSuppressed ? [...new Set(judged.flatMap((status) => status[key]))].sort().slice(0, MAX_BY) : [];
  const [silencedBy, inhibitedBy] = [by('silencedBy'), by('inhibitedBy')];
  return { silenced: silencedBy.length > 0, inhibited: inhibitedBy.length > 0, silencedBy, inhibitedBy };
}

/** As many as a record holds. */
const MAX_BY = 100;

/**
 * Of the alerts that the Alertmanagers had before, those that are over: all of them answered, all have been up for long enough to have
 * been told of everything that fires, and none has it. Pure; decision 0033.
 *
 * @param listings null: that one did not answer
 */
export function goneAlerts(
  before: readonly string[],
  listings: readonly (Listing | null)[],
  settleMs: number,
): string[] {
  const heard = listings.filter((listing) => listing !== null);
  const mayTell = heard.length === listings.length && heard.every(({ upForMs }) => upForMs >= settleMs);
  if (!mayTell) return [];
  const standing = new Set(heard.flatMap(({ alerts }) => alerts.map(({ fingerprint }) => fingerprint)));
  return before.filter((fingerprint) => !standing.has(fingerprint));
}
