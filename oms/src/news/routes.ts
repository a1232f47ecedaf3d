import { VmUuid } from '@faultline/contracts';
import { Type } from 'typebox';
import { isStillAdmitted } from '../access/index.ts';
import type { DomainRoutes } from '../context.ts';
import { TooManyListenersError } from './errors.ts';
import { NewsStreams } from './stream.ts';

/** Each is an open connection. */
const MAX_STREAMS = 1000;

const Asked = Type.Object({ vm: Type.Optional(VmUuid) }, { additionalProperties: false });

/** `GET /api/v1/news`: what is new about one VM, or about any, as server-sent events. */
export const newsRoutes: DomainRoutes = (app, { context }) => {
  const streams = new NewsStreams(context.news);
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });
  app.get(
    '/api/v1/news',
    {
      config: { access: 'read', isEndless: true },
      schema: {
        summary: 'What is new of one VM or of all, as server-sent events',
        tags: ['timeline'],
        querystring: Asked,
        response: {
          200: { description: 'A stream without end.', content: { 'text/event-stream': { schema: Type.String() } } },
        },
      },
      // A HEAD would have to wait for an end that never comes.
      exposeHeadRoute: false,
    },
    (request, reply) => {
      if (streams.size >= MAX_STREAMS) throw new TooManyListenersError(MAX_STREAMS);
      const id = request.headers['last-event-id'];
      reply.hijack();
      streams.open(reply.raw, {
        vm: request.query.vm,
        lastEventId: typeof id === 'string' ? id : undefined,
        // A store that does not answer says nothing against anyone; it is asked again.
        mayStay: () => isStillAdmitted(request, context).catch(() => true),
      });
    },
  );
  return Promise.resolve();
};
