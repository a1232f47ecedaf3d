import { AlertmanagerReceipt, AlertmanagerWebhook } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { storeAlerts } from './store.ts';

/** Alertmanager groups alerts, and each has all its labels and annotations. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * `POST /api/v1/alertmanager`: the receiver of Alertmanager's webhook. 200 comes after the commit; Alertmanager repeats what is
 * answered 5xx.
 */
export const alertmanagerRoutes: DomainRoutes = (app, { context }) => {
  const { db, config, log, news, now, recording } = context;
  app.post(
    '/api/v1/alertmanager',
    {
      config: { access: 'report' },
      schema: {
        summary: 'What Alertmanager tells, as its webhook sends it',
        tags: ['alarms'],
        body: AlertmanagerWebhook,
        response: { 200: AlertmanagerReceipt },
      },
      bodyLimit: BODY_LIMIT_BYTES,
    },
    async ({ body }) => {
      if (recording !== null) throw new RecordingError();
      const options = { received: now(), levels: config.severityLevels };
      const alarms = await db.transaction().execute((trx) => storeAlerts(trx, body, options));
      for (const { id, vm, changed } of alarms) news.tell({ topic: 'alarm', vm: vm?.uuid ?? null, id, at: changed });
      const { truncatedAlerts: truncated = 0, receiver } = body;
      if (truncated > 0)
        log.warn({ truncated, receiver }, 'Alertmanager left alerts out: raise max_alerts of its receiver');
      return { taken: alarms.length, truncated };
    },
  );
  return Promise.resolve();
};
