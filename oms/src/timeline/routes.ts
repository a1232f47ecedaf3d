import { Query, QueryAnswer } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { queries } from './queries/index.ts';

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
  app.post('/api/v1/query', options, async (request): Promise<QueryAnswer> => {
    const query = request.body;
    const kind = queries.find(({ type }) => type === query.type);
    if (kind === undefined) throw new TypeError(`no query of the type ${query.type} is listed`);
    const stop = context.telemetry.queryDuration.startTimer({ type: query.type });
    try {
      return { frames: await kind.answer(context, query) };
    } finally {
      stop();
    }
  });
  return Promise.resolve();
};
