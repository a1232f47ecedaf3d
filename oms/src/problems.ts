import { PROBLEM_CONTENT_TYPE, problemOf, type Problem, type ProblemCode } from '@faultline/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';
import { describeInvalid } from './validation.ts';

/** What Fastify itself refuses, by its status: its own codes are of its making, not of ours. */
const REFUSALS: Record<number, ProblemCode> = {
  400: 'bad-request',
  404: 'not-found',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
};

/** Of those, the ones that say that a body is no JSON. */
const NOT_JSON: readonly string[] = [
  'FST_ERR_CTP_EMPTY_JSON_BODY',
  'FST_ERR_CTP_INVALID_JSON_BODY',
  'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
];

/** Answers every error with a problem, and logs those that are ours. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => sendProblem(error, request, reply));
}

/** The same for what fails before there is a route. */
export function sendProblem(error: FastifyError, request: Pick<FastifyRequest, 'log'>, reply: unknown): FastifyReply {
  const problem = problemOfError(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'the request failed');
  // The type of a reply is that of its route's answers, among which problems need not be.
  return (reply as FastifyReply).code(problem.status).type(PROBLEM_CONTENT_TYPE).send(problem);
}

/** What is told of an error. Of one that nobody expected, nothing but that: its message is for the log. */
export function problemOfError(error: FastifyError): Problem {
  if (error instanceof ApiError) return error.toProblem();
  if (error.validation !== undefined) return problemOf('invalid', describeInvalid(error.validation));
  const { statusCode = 500, message: detail } = error;
  if (statusCode >= 500) return problemOf('internal', { detail: 'the OMS failed; its log says why' });
  const isNotJson = NOT_JSON.includes(error.code) || error instanceof SyntaxError;
  return problemOf(isNotJson ? 'not-json' : (REFUSALS[statusCode] ?? 'bad-request'), { detail });
}
