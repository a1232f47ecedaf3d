import type { Caller } from '@faultline/contracts';
import { isLoopback } from '@faultline/program';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OmsContext } from '../context.ts';
import { messageOf } from '../errors.ts';
import { findToken, noteUse } from '../tokens/index.ts';
import type { Access } from './declare.ts';
import { ForbiddenError, UnauthorizedError } from './errors.ts';
import { callerLimits } from './limits.ts';
import { allows } from './roles.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Not there on routes that are open to everyone. */
    caller: Caller;
  }
}

/** What a proxy on this machine leaves in what it passes on from elsewhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** What admitting needs to know of the OMS. */
type Door = Pick<OmsContext, 'db' | 'now' | 'log'> & {
  config: Pick<OmsContext['config'], 'anonymousAccess' | 'insecure' | 'rateLimit'>;
};

/**
 * Lets each request through to its route only where the caller may use it, and tells the route who that is. A token comes in the
 * `Authorization` header and nowhere else: addresses end in logs and histories.
 */
export async function admitCallers(app: FastifyInstance, door: Door): Promise<void> {
  app.decorateRequest('caller');
  const count = await callerLimits(app, door.config.rateLimit);
  app.addHook('onRequest', async (request, reply) => {
    // Where there is no route, there is nothing to protect.
    const { access = 'none' } = request.routeOptions.config;
    const refusal = access === 'none' ? null : await recognise(request, reply, door, access);
    // Who is refused is counted too.
    await count(request, reply);
    if (refusal !== null) throw refusal;
  });
}

/** Tells the request who its caller is, and returns why that one may not be let through; null where nothing is against it. */
async function recognise(
  request: FastifyRequest,
  reply: FastifyReply,
  door: Door,
  access: Access,
): Promise<ForbiddenError | UnauthorizedError | null> {
  try {
    request.caller = await callerOf(request, reply, door, access);
    const { role } = request.caller;
    return allows(role, access) ? null : new ForbiddenError(role, access);
  } catch (error) {
    if (error instanceof UnauthorizedError) return error;
    throw error;
  }
}

async function callerOf(request: FastifyRequest, reply: FastifyReply, door: Door, access: Access): Promise<Caller> {
  // Grafana sends the header empty where no token was given to its data source.
  const credentials = request.headers.authorization?.trim() ?? '';
  if (credentials !== '') return await tokenCaller(credentials, reply, door);
  const { anonymousAccess } = door.config;
  const isHeard = door.config.insecure || isLoopback(request.ip);
  // A proxy makes the whole world look like this machine: it may look, as what it shows is its operator's choice, but not act.
  const role = anonymousAccess === 'operate' && isForwarded(request) ? 'read' : anonymousAccess;
  if (isHeard && role !== 'none' && allows(role, access)) return { who: `anonymous/${request.ip}`, role };
  throw unauthorized(reply, 'this takes a token: send "Authorization: Bearer flt_..."; faultline-oms token makes one');
}

/** Whether a caller who was let in would be let in now: a token may be revoked or expire while its answer goes on. */
export async function isStillAdmitted(
  request: FastifyRequest,
  { db, now }: Pick<Door, 'db' | 'now'>,
): Promise<boolean> {
  const credentials = request.headers.authorization?.trim() ?? '';
  if (credentials === '') return true;
  const token = await findToken(db, tokenIn(credentials), now());
  return token !== null && allows(token.role, request.routeOptions.config.access ?? 'none');
}

const tokenIn = (credentials: string): string => /^Bearer +(\S+)$/i.exec(credentials)?.[1] ?? '';

async function tokenCaller(credentials: string, reply: FastifyReply, { db, now, log }: Door): Promise<Caller> {
  const token = await findToken(db, tokenIn(credentials), now());
  if (token === null) throw unauthorized(reply, 'the token is none, was revoked or has expired');
  try {
    await noteUse(db, token, now());
  } catch (error) {
    log.warn({ token: token.name, error: messageOf(error) }, 'that a token was used could not be written down');
  }
  return { who: `token/${token.name}`, role: token.role };
}

function unauthorized(reply: FastifyReply, detail: string): UnauthorizedError {
  void reply.header('www-authenticate', 'Bearer');
  return new UnauthorizedError(detail);
}

function isForwarded({ headers }: FastifyRequest): boolean {
  return FORWARDED.some((name) => headers[name] !== undefined);
}
