import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { declareAccess, nameCallers } from './access/index.ts';
import { serveConsole } from './console/index.ts';
import type { OmsContext } from './context.ts';
import { domains } from './domains.ts';
import { refuseForeignPages } from './foreign-pages.ts';
import { prepareForwarding } from './lease/index.ts';
import { answerProblems, sendProblem } from './problems.ts';

/** Enough for any query or request; the route that takes batches sets its own. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** A record's id of 128 characters, each of them percent-encoded. */
const MAX_PARAM_LENGTH = 3 * 128;
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP server of an OMS, ready to listen: every domain's routes, the console, and errors in one form. */
export async function createServer(context: OmsContext): Promise<FastifyInstance> {
  const log: FastifyBaseLogger = context.log;
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // The page asks every few seconds; what fails is logged, and `telemetry` counts the rest.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply);
    },
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  // A page of another site can send a form's content types without asking us first: only JSON is taken.
  app.removeContentTypeParser('text/plain');
  answerProblems(app);
  declareAccess(app);
  nameCallers(app);
  refuseForeignPages(app, context.config);
  await prepareForwarding(app);
  for (const routes of domains) await app.register(routes, { context });
  await serveConsole(app, context.config);
  return app;
}
