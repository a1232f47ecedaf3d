import type { ErrorBody } from '@faultline/contracts';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { serveConsole } from './console/index.ts';
import type { OmsContext } from './context.ts';
import { domains } from './domains.ts';
import { ApiError } from './errors.ts';
import { refuseForeignPages } from './foreign-pages.ts';
import { describeInvalid } from './validation.ts';

/** Enough for any query or request; the route that takes batches sets its own. */
const BODY_LIMIT_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify's own refusals, by the codes of ours. */
const CODES: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'not-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'not-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'not-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'not-json',
};

/** The HTTP server of an OMS, ready to listen: every domain's routes, the console, and errors in one form. */
export async function createServer(context: OmsContext): Promise<FastifyInstance> {
  const log: FastifyBaseLogger = context.log;
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // The page asks every few seconds; what fails is logged, and `telemetry` counts the rest.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = answerOf(error);
      // Its type is that of a route with any schema, to which nothing can be sent.
      void (reply as unknown as FastifyReply).code(status).send(body);
    },
  });
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  // A page of another site can send a form's content types without asking us first: only JSON is taken.
  app.removeContentTypeParser('text/plain');
  answerErrors(app);
  refuseForeignPages(app, context.config);
  for (const routes of domains) await app.register(routes, { context });
  await serveConsole(app, context.config);
  return app;
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const { status, body } = answerOf(error);
    if (status >= 500) request.log.error({ err: error }, 'the request failed');
    await reply.code(status).send(body);
  });
}

function answerOf(error: FastifyError): { status: number; body: ErrorBody } {
  if (error instanceof ApiError) return { status: error.status, body: error.toBody() };
  if (error.validation !== undefined) return { status: 400, body: describeInvalid(error.validation) };
  const status = error.statusCode ?? 500;
  if (status >= 500) return { status, body: { code: 'internal', message: 'the OMS failed; its log says why' } };
  return {
    status,
    body: {
      code: CODES[error.code] ?? (error instanceof SyntaxError ? 'not-json' : 'bad-request'),
      message: error.message,
    },
  };
}
