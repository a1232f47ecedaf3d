import { Type, type Static } from 'typebox';
import { Count } from './scalars.ts';

// What Alertmanager may add later is passed over. Texts are bounded by the size of the body, and shortened when they are kept.
const Labels = Type.Record(Type.String({ maxLength: 1024 }), Type.String(), { maxProperties: 256 });

/** RFC 3339, as Go writes it; `0001-01-01T00:00:00Z` is Go's "no time". */
const GoTime = Type.String({
  maxLength: 64,
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
});

/** One alert of a notification. Its fingerprint is that of its labels; it begins anew, at another `startsAt`, after it was resolved. */
export const WebhookAlert = Type.Object({
  status: Type.Enum(['firing', 'resolved']),
  labels: Labels,
  annotations: Labels,
  startsAt: GoTime,
  endsAt: GoTime,
  generatorURL: Type.Optional(Type.String()),
  fingerprint: Type.String({ pattern: '^[A-Za-z0-9]{1,64}$' }),
});
export type WebhookAlert = Static<typeof WebhookAlert>;

/** Body of `POST /api/v1/alertmanager`: what Alertmanager's webhook receiver sends, version 4. */
export const AlertmanagerWebhook = Type.Object({
  version: Type.Literal('4'),
  receiver: Type.String(),
  groupKey: Type.String(),
  /** How many alerts were left out because of the receiver's `max_alerts`. */
  truncatedAlerts: Type.Optional(Count()),
  externalURL: Type.Optional(Type.String()),
  alerts: Type.Array(WebhookAlert, { maxItems: 5000 }),
});
export type AlertmanagerWebhook = Static<typeof AlertmanagerWebhook>;

/** Answer to a notification: how many alerts were taken, without those that an OMS sent, and how many Alertmanager left out. */
export const AlertmanagerReceipt = Type.Object({ taken: Type.Integer(), truncated: Type.Integer() });
export type AlertmanagerReceipt = Static<typeof AlertmanagerReceipt>;
