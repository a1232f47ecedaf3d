import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import {
  PROBLEM_CONTENT_TYPE,
  problemOf,
  PROBLEMS,
  type Problem,
  type ProblemCode,
  type ProblemKind,
} from '@faultline/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { storeFailureOf, type StoreFailure } from './database/index.ts';
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

/** What is told of the store's failures; what the store itself says may name hosts and files, and is for the log. */
const STORE_FAILURES: Record<StoreFailure, string> = {
  'store-unavailable': 'the store does not answer at the moment; what was sent may be sent again',
  'store-full': 'the store has no room left; what was sent was not stored, and may be sent again',
};

/** Answers every error with a problem, and logs those that are ours. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => sendProblem(error, request, reply));
}

/** The same for what fails before there is a route. */
export function sendProblem(error: FastifyError, request: Pick<FastifyRequest, 'log'>, reply: unknown): FastifyReply {
  const problem = problemOfError(error);
  const { retryAfterS }: ProblemKind = PROBLEMS[problem.code];
  // What passes by itself is no fault of ours: a warning, of which there may be many.
  if (retryAfterS !== undefined) request.log.warn({ err: error }, 'the request cannot be answered now');
  else if (problem.status >= 500) request.log.error({ err: error }, 'the request failed');
  // The type of a reply is that of its route's answers, among which problems need not be.
  const answer = reply as FastifyReply;
  if (retryAfterS !== undefined) answer.header('retry-after', retryAfterS);
  return answer.code(problem.status).type(PROBLEM_CONTENT_TYPE).send(problem);
}

/** What Node's parser refuses by its own codes; anything else is no HTTP. */
const UNREADABLE: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'too-late',
};

/** The same for what is no request that could be read: there is only the connection to answer on, which ends with it. */
export function answerUnreadable({ code, message }: { code?: string; message: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const problem = problemOf(UNREADABLE[code ?? ''] ?? 'bad-request', { detail: message });
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `content-type: ${PROBLEM_CONTENT_TYPE}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** What is told of an error. Of one that nobody expected, nothing but that: its message is for the log. */
export function problemOfError(error: FastifyError): Problem {
  if (error instanceof ApiError) return error.toProblem();
  if (error.validation !== undefined) return problemOf('invalid', describeInvalid(error.validation));
  const failure = storeFailureOf(error);
  if (failure !== undefined) return problemOf(failure, { detail: STORE_FAILURES[failure] });
  const { statusCode = 500, message: detail } = error;
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return problemOf('too-slow', { detail });
  if (statusCode >= 500) return problemOf('internal', { detail: 'the OMS failed; its log says why' });
  const isNotJson = NOT_JSON.includes(error.code) || error instanceof SyntaxError;
  return problemOf(isNotJson ? 'not-json' : (REFUSALS[statusCode] ?? 'bad-request'), { detail });
}
