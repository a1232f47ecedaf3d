import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RouteOptions } from 'fastify';
import { admitCallers, declareAccess } from './access/index.ts';
import { serveConsole } from './console/index.ts';
import type { OmsContext } from './context.ts';
import { describeRoutes } from './documentation/index.ts';
import { domains } from './domains.ts';
import { refuseForeignPages } from './foreign-pages.ts';
import { prepareForwarding } from './lease/index.ts';
import { readTls, renewTls } from './tls.ts';
import { answerProblems, answerUnreadable, sendProblem } from './problems.ts';
import { validatorCompiler } from './validation.ts';

/** Enough for any query or request; the route that takes batches sets its own. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** A record's id of 128 characters, each of them percent-encoded. */
const MAX_PARAM_LENGTH = 3 * 128;
/** For a request to arrive whole. */
const REQUEST_TIMEOUT_MS = 30_000;
/** For its answer to begin; what streams (`reply.hijack`) takes as long as it takes. */
const ANSWER_TIMEOUT_MS = 60_000;

/** The HTTP server of an OMS, ready to listen: every domain's routes, the console, and errors in one form. `onRoute` is told of each route. */
export async function createServer(
  context: OmsContext,
  { onRoute }: { onRoute?: (route: RouteOptions) => void } = {},
): Promise<FastifyInstance> {
  const log: FastifyBaseLogger = context.log;
  const { tls } = context.config;
  const app: FastifyInstance = fastify({
    https: tls === null ? null : readTls(tls),
    loggerInstance: log,
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: ANSWER_TIMEOUT_MS,
    forceCloseConnections: true,
    // The page asks every few seconds; what fails is logged, and `telemetry` counts the rest.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply);
    },
    clientErrorHandler: answerUnreadable,
  });
  app.setValidatorCompiler(validatorCompiler);
  // A page of another site can send a form's content types without asking us first: only JSON is taken.
  app.removeContentTypeParser('text/plain');
  answerProblems(app);
  // What is answered has its type already; a schema's serializer would check each union's branches once more.
  app.setSerializerCompiler(() => JSON.stringify);
  if (onRoute !== undefined) app.addHook('onRoute', onRoute);
  declareAccess(app);
  await describeRoutes(app);
  refuseForeignPages(app, context.config);
  await admitCallers(app, context);
  await prepareForwarding(app);
  for (const routes of domains) await app.register(routes, { context });
  await serveConsole(app, context.config);
  if (tls !== null) {
    const stop = renewTls(app.server, tls, context.log);
    app.addHook('onClose', stop);
  }
  return app;
}
