import { OmsStatus } from '@faultline/contracts';
import { Type } from 'typebox';
import type { DomainRoutes } from '../context.ts';
import { askStore } from '../database/index.ts';
import { settledWithin } from '@faultline/program';
import { ApiError, messageOf } from '../errors.ts';
import { VERSION } from '../version.ts';

/** Whoever asks whether we are ready does not wait long. */
const STORE_WITHIN_MS = 2000;

/** Thrown when the OMS runs but its store does not answer. */
class StoreSilentError extends ApiError {
  override readonly name = 'StoreSilentError';
  constructor(message: string) {
    super({ code: 'store-unavailable', detail: `the store does not answer: ${message}` });
  }
}

const tags = ['status'];
const textAnswer = (description: string) => ({
  200: { description, content: { 'text/plain': { schema: Type.String() } } },
});

/** What this OMS is and how it is doing: for the page, for orchestrators, and for Prometheus. */
export const statusRoutes: DomainRoutes = (app, { context }) => {
  const { db, lease, now, recording, hosts, alertmanagers, telemetry } = context;

  app.get(
    '/api/v1/status',
    {
      config: { access: 'read' },
      schema: { summary: 'What this OMS shows, and from where', tags, response: { 200: OmsStatus } },
    },
    (): OmsStatus => ({
      version: VERSION,
      now: now(),
      recording,
      performer: recording === null ? lease.holder() : null,
      hosts: hosts(),
      alertmanagers: alertmanagers.map(({ status }) => status),
    }),
  );

  app.get(
    '/-/healthy',
    { config: { access: 'none' }, schema: { summary: 'That it runs', tags, response: textAnswer('It runs.') } },
    (_request, reply) => {
      void reply.type('text/plain').send('healthy\n');
    },
  );

  app.get(
    '/-/ready',
    {
      config: { access: 'none' },
      schema: { summary: 'That its store answers', tags, response: textAnswer('Its store answers.') },
    },
    async (_request, reply) => {
      try {
        await settledWithin(STORE_WITHIN_MS, askStore(db));
      } catch (error) {
        throw new StoreSilentError(messageOf(error));
      }
      return reply.type('text/plain').send('ready\n');
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: 'read' },
      schema: { summary: 'Its own metrics, for Prometheus', tags, response: textAnswer('The exposition format.') },
    },
    async (_request, reply) => {
      telemetry.performs.set(Number(recording === null && lease.isHeld()));
      return reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics());
    },
  );

  return Promise.resolve();
};
