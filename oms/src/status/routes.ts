import type { OmsStatus } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { askStore } from '../database/index.ts';
import { ApiError, messageOf } from '../errors.ts';
import { VERSION } from '../version.ts';

/** Thrown when the OMS runs but its store does not answer. */
class StoreSilentError extends ApiError {
  override readonly name = 'StoreSilentError';
  constructor(message: string) {
    super({ code: 'store-silent', detail: `the store does not answer: ${message}` });
  }
}

/** What this OMS is and how it is doing: for the page, for orchestrators, and for Prometheus. */
export const statusRoutes: DomainRoutes = (app, { context }) => {
  const { db, now, recording, hosts, telemetry } = context;

  app.get('/api/v1/status', { config: { access: 'read' } }, (): OmsStatus => ({
    version: VERSION,
    now: now(),
    recording,
    hosts: hosts(),
  }));

  app.get('/-/healthy', { config: { access: 'none' } }, (_request, reply) =>
    reply.type('text/plain').send('healthy\n'),
  );

  app.get('/-/ready', { config: { access: 'none' } }, async (_request, reply) => {
    try {
      await askStore(db);
    } catch (error) {
      throw new StoreSilentError(messageOf(error));
    }
    return reply.type('text/plain').send('ready\n');
  });

  app.get('/metrics', { config: { access: 'read' } }, async (_request, reply) =>
    reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics()),
  );

  return Promise.resolve();
};
