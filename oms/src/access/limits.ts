import { finished } from 'node:stream';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

const WINDOW_MS = 10_000;
/** As many requests of one caller are answered at a time: enough for many pages behind one token, too few to use up the memory. */
const MAX_AT_A_TIME = 200;

/** Thrown when one caller asks more often, or more at once, than is answered. Others are answered as before. */
class TooManyRequestsError extends ApiError {
  override readonly name = 'TooManyRequestsError';
  constructor(detail: string) {
    super({ code: 'too-many-requests', detail });
  }
}

/** Counts a request to its caller. @throws TooManyRequestsError, with `Retry-After` in the reply's headers */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** What limits one caller: a token wherever it is used from, or else an address. */
export async function callerLimits(app: FastifyInstance, perSecond: number): Promise<CountRequest> {
  const max = (perSecond * WINDOW_MS) / 1000;
  const keyGenerator = (request: FastifyRequest): string =>
    (request.caller as FastifyRequest['caller'] | undefined)?.who ?? `nobody/${request.ip}`;
  await app.register(rateLimit, { global: false, max, timeWindow: WINDOW_MS, keyGenerator });
  const count = app.createRateLimit();
  const underWay = new Map<string, number>();
  return async (request, reply) => {
    const limit = await count(request);
    if (!limit.isAllowed && limit.isExceeded) {
      void reply.header('retry-after', limit.ttlInSeconds);
      throw new TooManyRequestsError(`more than ${max} requests came from ${limit.key} within ${WINDOW_MS / 1000} s`);
    }
    if (request.routeOptions.config.isEndless === true) return;
    const others = underWay.get(limit.key) ?? 0;
    if (others >= MAX_AT_A_TIME) {
      void reply.header('retry-after', 1);
      throw new TooManyRequestsError(`${others} requests of ${limit.key} are being answered already`);
    }
    underWay.set(limit.key, others + 1);
    finished(reply.raw, () => {
      const left = (underWay.get(limit.key) ?? 1) - 1;
      if (left === 0) underWay.delete(limit.key);
      else underWay.set(limit.key, left);
    });
  };
}
