import replyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { messageOf } from '../errors.ts';
import { NoPerformerError } from './errors.ts';
import type { Lease } from './lease.ts';

/** Says that a replica handed the request on: it is handed on once, so that two who each take the other for the holder end it. */
const HANDED_ON_HEADER = 'x-faultline-handed-on';

/** The holder answers as soon as the request is recorded. */
const CONNECT_WITHIN_MS = 3000;
const ANSWER_WITHIN_MS = 10_000;

/** Of the request only what it says and who says it: where a browser's page was from was judged by the replica that it asked. */
const PASSED_HEADERS = [
  'accept',
  'authorization',
  'content-length',
  'content-type',
  'host',
  'traceparent',
  'user-agent',
];

/** Makes `reply.from` known to every route; see {@link performedByHolder}. */
export async function prepareForwarding(app: FastifyInstance): Promise<void> {
  await app.register(replyFrom, {
    disableRequestLogging: true,
    destroyAgent: true,
    retryMethods: [],
    undici: {
      connect: { timeout: CONNECT_WITHIN_MS },
      headersTimeout: ANSWER_WITHIN_MS,
      bodyTimeout: ANSWER_WITHIN_MS,
    },
  });
}

/**
 * The `preHandler` of a route that acts: a replica that does not hold the lease has the holder answer in its place.
 *
 * @throws NoPerformerError
 */
export function performedByHolder(lease: Lease): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    if (lease.isHeld()) return;
    return handOn(request, reply, addressOfHolder(lease, request));
  };
}

function addressOfHolder(lease: Lease, request: FastifyRequest): string {
  if (request.headers[HANDED_ON_HEADER] !== undefined) {
    throw new NoPerformerError(
      'the request was handed on to this OMS, but it is not the one that performs operations now',
    );
  }
  const holder = lease.holder();
  if (holder === null) throw new NoPerformerError('no OMS is known to perform operations now');
  if (holder.isUs) throw new NoPerformerError('this OMS is just about to perform operations again');
  return holder.address;
}

/** A request may name a server of its own before its path (RFC 9112, 3.2.2), which must not be who is asked. */
function sameAt(address: string, asked: string): string {
  const { pathname, search } = new URL(asked, address);
  const url = new URL(address);
  url.pathname = pathname;
  url.search = search;
  return url.href;
}

function handOn(request: FastifyRequest, reply: FastifyReply, address: string): FastifyReply {
  return reply.from(sameAt(address, request.url), {
    rewriteRequestHeaders: (_request, headers) => ({
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => PASSED_HEADERS.includes(name))),
      [HANDED_ON_HEADER]: '1',
    }),
    onError: (failed, { error }) => {
      request.log.warn({ err: error, address }, 'the OMS that performs operations does not answer');
      void failed.send(
        new NoPerformerError(`the OMS that performs operations, at ${address}, does not answer: ${messageOf(error)}`),
      );
    },
  });
}
