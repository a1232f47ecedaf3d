import { SearchAnswer, SearchQuery, VariableQuery, VARIABLES, VariableValues } from '@faultline/contracts';
import { Type } from 'typebox';
import type { DomainRoutes } from '../context.ts';
import { hostNames, ownerNames, searchVms } from '../vms/index.ts';
import { valuesOf } from './variables.ts';

const DEFAULT_LIMIT = 20;

const Params = Type.Object({ variable: Type.Enum(VARIABLES) });

/** `GET /api/v1/search` for people who look for a VM, host or user, and `GET /api/v1/variables/:variable` for dashboards. */
export const searchRoutes: DomainRoutes = (app, { context: { db } }) => {
  app.get(
    '/api/v1/search',
    {
      config: { access: 'read' },
      schema: {
        summary: 'VMs, hosts and users by a part of their names',
        tags: ['vms'],
        querystring: SearchQuery,
        response: { 200: SearchAnswer },
      },
    },
    async ({ query: { q, limit = DEFAULT_LIMIT } }) => ({
      vms: await searchVms(db, q, limit),
      hosts: await hostNames(db, { contains: q, limit }),
      users: await ownerNames(db, 'owner', { contains: q, limit }),
    }),
  );
  app.get(
    '/api/v1/variables/:variable',
    {
      config: { access: 'read' },
      schema: {
        summary: 'The values of a variable of dashboards',
        tags: ['vms'],
        params: Params,
        querystring: VariableQuery,
        response: { 200: VariableValues },
      },
    },
    ({ params, query }) => valuesOf(db, params.variable, query),
  );
  return Promise.resolve();
};
