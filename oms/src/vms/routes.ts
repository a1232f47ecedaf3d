import { VmList, VmListQuery } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { vmPage } from './list.ts';

/** `GET /api/v1/vms`: the known VMs, page by page, with what is drawn of each now; null where that is not known. */
export const vmRoutes: DomainRoutes = (app, { context }) => {
  app.get(
    '/api/v1/vms',
    { config: { access: 'read' }, schema: { querystring: VmListQuery, response: { 200: VmList } } },
    async ({ query }) => {
      const { staleAfterMs, transientLimitMs } = context.config;
      return await vmPage(context.db, query, { now: context.now(), staleAfterMs, transientLimitMs });
    },
  );
  return Promise.resolve();
};
