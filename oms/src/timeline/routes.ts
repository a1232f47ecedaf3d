import { Query, QueryAnswer } from '@faultline/contracts';
import type { FastifyReply } from 'fastify';
import type { DomainRoutes } from '../context.ts';

/** `POST /api/v1/query`: one question, answered with data frames. */
export const timelineRoutes: DomainRoutes = (app, { context }) => {
  const options = {
    config: { access: 'read' },
    schema: {
      summary: 'One question about a VM, an operation or an alarm',
      tags: ['timeline'],
      body: Query,
      response: { 200: QueryAnswer },
    },
  } as const;
  app.post('/api/v1/query', options, async (request, reply) => {
    const query = request.body;
    const stop = context.telemetry.queryDuration.startTimer({ type: query.type });
    try {
      const text = await context.answering.answer(query);
      // The text of what the schema says, which Fastify sends as it is.
      return await (reply as FastifyReply).type('application/json').send(text);
    } finally {
      stop();
    }
  });
  return Promise.resolve();
};
