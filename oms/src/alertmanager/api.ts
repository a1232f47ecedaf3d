import { WebhookAlert } from '@faultline/contracts';
import { Type, type Static } from 'typebox';

// What of Alertmanager's API v2 is read and sent here: api/v2/openapi.yaml of its sources. What it may add is passed over.

/** More than this nobody could look at; also what keeps a wrong address from filling the store. */
export const MAX_LISTED = 20_000;

const { labels, annotations, startsAt, endsAt, generatorURL, fingerprint } = WebhookAlert.properties;
const By = Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9._:-]+$' }), {
  maxItems: 10_000,
});

/** One of what `GET /api/v2/alerts` answers. `unprocessed`: it just came, and whether it is silenced is not known yet. */
export const ListedAlert = Type.Object({
  ...{ labels, annotations, startsAt, endsAt, generatorURL, fingerprint },
  status: Type.Object({
    state: Type.Enum(['active', 'suppressed', 'unprocessed']),
    silencedBy: By,
    inhibitedBy: By,
  }),
});
export type ListedAlert = Static<typeof ListedAlert>;

export const ListedAlerts = Type.Array(ListedAlert, { maxItems: MAX_LISTED });

/** Of `GET /api/v2/status`: `uptime` is when it started. */
export const AlertmanagerStatus = Type.Object({ uptime: startsAt });

/** One of what `POST /api/v2/alerts` takes; times are RFC 3339. */
export interface PostableAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
}
