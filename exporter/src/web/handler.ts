import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE } from '@faultline/contracts';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import { takesGzip, takesText } from './accept.ts';
import { RequestError } from './errors.ts';
import type { Exposition } from './exposition.ts';
import { landingPage } from './landing.ts';
import { selectionOf } from './selection.ts';

const TEXT = 'text/plain; charset=utf-8';
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';
const METHODS = ['GET', 'HEAD'];
/** The longest part of a path that is repeated, in characters. */
const SHOWN_CHARACTERS = 200;

/** Answers one request. HTTP/2 has the same interface (node:http2, compatibility API). */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface HandlerOptions {
  log: Logger;
  exposition: Exposition;
  telemetryPath: string;
  /** The collectors that run, and all there are. */
  collectors: { running: readonly string[]; known: readonly string[] };
  /** What every request must pass; throws a RequestError. */
  admit: (headers: IncomingHttpHeaders) => Promise<void>;
  /** What every answer carries. */
  headers: () => Readonly<Record<string, string>>;
}

/**
 * `/metrics`, which never waits for libvirt, the landing page, and the two health routes. The application listens nowhere:
 * `routing` is handed to whoever speaks HTTP (listener.ts).
 */
export async function createApp(options: HandlerOptions): Promise<FastifyInstance> {
  const { log, exposition, telemetryPath, collectors } = options;
  const app = fastify({
    logger: false,
    // RFC 9112, 3.2.4: `*` is a target of its own, which the router would take for the root.
    rewriteUrl: ({ url = '' }) => (url === '*' ? '/*' : url),
    routerOptions: { querystringParser: (query) => new URLSearchParams(query) as unknown as Record<string, string> },
    frameworkErrors: (error, request, reply) => {
      refuse(log, error, request, reply);
    },
  });
  // A body is not asked for; what comes of it is not kept.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => {
    body.resume();
    done(null);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(options.headers());
    await options.admit(request.headers);
  });

  const routes = new Map<string, (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>>([
    ['/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(landingPage(options))],
    ['/-/healthy', async (_request, reply) => reply.type(TEXT).send('healthy\n')],
    [
      '/-/ready',
      async (_request, reply) => {
        if (exposition.page !== null) return reply.type(TEXT).send('ready\n');
        throw new RequestError('not-ready', { detail: 'the first collection cycle is not done yet' });
      },
    ],
    // The last of a path counts: the page itself may be at `/`.
    [
      telemetryPath,
      async (request, reply) => {
        if (!takesText(request.headers.accept)) {
          throw new RequestError('not-acceptable', { detail: `${telemetryPath} is ${EXPOSITION}`, field: 'accept' });
        }
        const selection = selectionOf(request.query as URLSearchParams, collectors);
        void reply.type(EXPOSITION).header('vary', 'accept-encoding');
        return takesGzip(request.headers['accept-encoding'])
          ? reply.header('content-encoding', 'gzip').send(await exposition.gzip(selection))
          : reply.send(await exposition.text(selection));
      },
    ],
  ]);
  for (const [path, answer] of routes) app.get(path, answer);

  app.setNotFoundHandler((request) => {
    const [path = ''] = request.url.split('?');
    if (routes.has(path) && !METHODS.includes(request.method)) {
      const detail = `${path} answers ${METHODS.join(' and ')} only`;
      throw new RequestError('method-not-allowed', { detail }, { allow: METHODS.join(', ') });
    }
    const shown = `${request.method} ${request.url.slice(0, SHOWN_CHARACTERS)}`;
    throw new RequestError('not-found', { detail: `there is no ${shown}` });
  });
  app.setErrorHandler((error, request, reply) => {
    refuse(log, error, request, reply);
  });
  await app.ready();
  return app;
}

/** The answer to a request that fails: what is wrong with it, or that the exporter is. */
function refuse(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { problem, headers } = error instanceof RequestError ? error : unexpected(error);
  if (problem.status >= 500 && !(error instanceof RequestError)) {
    log.error({ url: request.url, error: messageOf(error) }, 'a request failed');
  }
  void reply.code(problem.status).headers(headers).type(PROBLEM_CONTENT_TYPE).send(problem);
}

/** Fastify's own refusals say by `statusCode` whose fault it is. */
function unexpected(error: unknown): RequestError {
  const { statusCode = 500 } = error as { statusCode?: number };
  const detail = messageOf(error).slice(0, SHOWN_CHARACTERS);
  return new RequestError(statusCode < 500 ? 'bad-request' : 'internal', { detail });
}
