import { signed } from './ours.ts';
import type { PostableAlert } from './api.ts';
import type { ToldAlert } from './told/index.ts';

/** An alert as an Alertmanager took it last, and when. */
interface SentAlert {
  alert: ToldAlert;
  at: number;
}

/** What one Alertmanager took, by {@link identityOf}. */
export type SentAlerts = Map<string, SentAlert>;

/** What Alertmanager knows an alert by: its labels, whatever their order. */
export const identityOf = ({ labels }: ToldAlert): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Of what there is to tell now, what one Alertmanager is to be sent: what it does not know so, and what it was told too long ago. What
 * it was told and is not told of any more is over, as an alarm under its earlier level is. Pure.
 */
export function dueAlerts(
  told: readonly ToldAlert[],
  sent: SentAlerts,
  { now, againMs }: { now: number; againMs: number },
): ToldAlert[] {
  const current = byIdentity(told);
  const due = [...current].filter(([identity, alert]) => {
    const before = sent.get(identity);
    return before === undefined || now - before.at >= againMs || !isSame(before.alert, alert);
  });
  const vanished = [...sent].filter(([identity, { alert }]) => !current.has(identity) && alert.endedAt === null);
  return [
    ...due.map(([, alert]) => alert),
    ...vanished.map(([, { alert }]) => ({ ...alert, endedAt: Math.max(alert.startsAt, now) })),
  ];
}

/** Notes that they were taken, and forgets what is over and not told any more. */
export function noteSent(sent: SentAlerts, taken: readonly ToldAlert[], told: readonly ToldAlert[], now: number): void {
  for (const alert of taken) sent.set(identityOf(alert), { alert, at: now });
  const current = byIdentity(told);
  for (const [identity, { alert }] of sent) {
    if (alert.endedAt !== null && !current.has(identity)) sent.delete(identity);
  }
}

/** Two records of one condition have the same labels: what is so stands for what was so before. */
function byIdentity(told: readonly ToldAlert[]): Map<string, ToldAlert> {
  const current = new Map<string, ToldAlert>();
  for (const alert of told) {
    const identity = identityOf(alert);
    const other = current.get(identity);
    if (other === undefined || isNewer(alert, other)) current.set(identity, alert);
  }
  return current;
}

function isNewer(alert: ToldAlert, than: ToldAlert): boolean {
  if ((alert.endedAt === null) !== (than.endedAt === null)) return alert.endedAt === null;
  return alert.startsAt > than.startsAt;
}

const isSame = (one: ToldAlert, other: ToldAlert): boolean => JSON.stringify(one) === JSON.stringify(other);

/** An alert as the API takes it. One that is not over ends by itself unless it is told again in time. */
export function postable(alert: ToldAlert, { now, leaseMs }: { now: number; leaseMs: number }): PostableAlert {
  const { labels, annotations, generatorURL, startsAt, endedAt } = alert;
  const endsAt = endedAt ?? now + leaseMs;
  return {
    labels: signed(labels),
    annotations,
    ...(generatorURL !== undefined && { generatorURL }),
    // A host's clock may be ahead, and Alertmanager refuses what ends before it begins.
    startsAt: new Date(Math.min(startsAt, endsAt)).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
  };
}
