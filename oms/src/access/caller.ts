import type { Caller } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set before any route is entered. */
    caller: Caller;
  }
}

/** Tells every request's caller: so far an address is all that is known, and whoever reaches the OMS may do everything. */
export function nameCallers(app: FastifyInstance): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, _reply, done) => {
    request.caller = { who: request.ip, role: 'operate' };
    done();
  });
}
