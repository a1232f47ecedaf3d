import { Caller } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';

/** `GET /api/v1/caller`: a client learns what it may do before it offers to do it. */
export const callerRoutes: DomainRoutes = (app) => {
  app.get(
    '/api/v1/caller',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Who asks, as this OMS knows the caller, and in which role',
        tags: ['status'],
        response: { 200: Caller },
      },
    },
    ({ caller: { who, role } }): Caller => ({ who, role }),
  );
  return Promise.resolve();
};
