import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { ErrorBody } from '@faultline/contracts';
import type { Logger } from 'pino';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface ServerOptions {
  log: Logger;
  /** The page as it is now; null before the first cycle. */
  metrics: () => Promise<string>;
  /** At least one cycle is done. */
  isReady: () => boolean;
}

/** Whether the client takes our text: Prometheus asks for several formats and ends with `*∕*`. */
function takesText(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !isRefused && ['*/*', 'text/*', 'text/plain'].includes(type);
  });
}

function refuse(reply: FastifyReply, status: number, body: ErrorBody): FastifyReply {
  return reply.code(status).send(body);
}

/** `/metrics`, which never waits for libvirt, and the two health routes. */
export function createServer({ log, metrics, isReady }: ServerOptions): FastifyInstance {
  const server = fastify({ logger: false, requestTimeout: 10_000, bodyLimit: 1024, forceCloseConnections: true });

  server.get('/metrics', async (request, reply) => {
    if (!takesText(request.headers.accept)) {
      return refuse(reply, 406, { code: 'not-acceptable', message: `/metrics is ${CONTENT_TYPE}`, field: 'accept' });
    }
    return reply.type(CONTENT_TYPE).send(await metrics());
  });
  server.get('/-/healthy', (_request, reply) => reply.type('text/plain').send('healthy\n'));
  server.get('/-/ready', (_request, reply) =>
    isReady()
      ? reply.type('text/plain').send('ready\n')
      : refuse(reply, 503, { code: 'not-ready', message: 'the first collection cycle is not done yet' }),
  );
  server.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, { code: 'not-found', message: `there is no ${request.method} ${request.url.slice(0, 200)}` }),
  );
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ url: request.url, error: error.message }, 'a request failed');
    return refuse(reply, status, { code: status >= 500 ? 'internal' : 'bad-request', message: error.message });
  });
  return server;
}
