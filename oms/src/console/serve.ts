import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OmsConfig } from '../config.ts';
import { ApiError } from '../errors.ts';

/** The plugins that the console hosts, by id, with the workspace that builds each. */
const PLUGINS: Record<string, string> = {
  'faultline-oms-datasource': 'datasource-plugin',
  'faultline-timeline-panel': 'panel-plugin',
};

/** No script but our own, and no request to anywhere else: what the page shows comes from hosts and guests. */
const HEADERS: Record<string, string> = {
  'content-security-policy': [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const NOT_BUILT = `The console is not built, so there is no page to show here.

Run "npm run build" in the repository and reload. The API is up: GET /api/v1/status
`;

/** The page itself is no secret: what it then asks for is. */
const OPEN = { config: { access: 'none' }, schema: { hide: true } } as const;
interface FilePath {
  Params: { '*': string };
}

/** Serves the built console and the built plugins, and answers for everything that no domain answers for. */
export async function serveConsole(
  app: FastifyInstance,
  { consoleDir, pluginsDir }: Pick<OmsConfig, 'consoleDir' | 'pluginsDir'>,
): Promise<void> {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(HEADERS);
    done();
  });
  await app.register(fastifyStatic, { root: consoleDir, serve: false });
  app.get<FilePath>('/*', OPEN, (request, reply) => reply.sendFile(request.params['*']));
  for (const [id, workspace] of Object.entries(PLUGINS)) {
    const own = join(pluginsDir, id);
    const root = existsSync(own) ? own : join(pluginsDir, workspace, 'dist');
    app.get<FilePath>(`/public/plugins/${id}/*`, OPEN, (request, reply) =>
      reply.sendFile(request.params['*'], root, { index: false }),
    );
  }
  app.setNotFoundHandler((request, reply) => answerUnknown(consoleDir, request, reply));
}

/** Thrown when there is nothing at an address; it does not mean that there never was. */
class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
  constructor(asked: string) {
    super({ code: 'not-found', detail: `there is no ${asked}` });
  }
}

/** For a path that only the page knows, the page; for anything else, that there is nothing. */
function answerUnknown(consoleDir: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '/';
  const isPage =
    (request.method === 'GET' || request.method === 'HEAD') &&
    request.headers.accept?.includes('text/html') === true &&
    !/^\/(api|public|-)\//.test(path);
  if (!isPage) throw new NotFoundError(`${request.method} ${path}`);
  if (existsSync(join(consoleDir, 'index.html'))) return reply.code(200).sendFile('index.html');
  return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
}
