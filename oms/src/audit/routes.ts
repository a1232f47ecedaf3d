import { AuditPage, AuditRecord, PageQuery } from '@faultline/contracts';
import { Type } from 'typebox';
import type { DomainRoutes } from '../context.ts';
import { pageRequestOf } from '../pages/index.ts';
import { auditPage } from './store.ts';

const Asked = Type.Object(
  {
    ...PageQuery.properties,
    who: Type.Optional(AuditRecord.properties.who),
    target: Type.Optional(AuditRecord.properties.target),
  },
  { additionalProperties: false },
);

/** `GET /api/v1/audit`: who asked for what. It tells of people, so that it takes more than reading records does. */
export const auditRoutes: DomainRoutes = (app, { context }) => {
  app.get(
    '/api/v1/audit',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Who asked for what, newest first',
        tags: ['audit'],
        querystring: Asked,
        response: { 200: AuditPage },
      },
    },
    async ({ query }) => {
      const { who, target } = query;
      return auditPage(context.db, { ...pageRequestOf(query), who, target });
    },
  );
  return Promise.resolve();
};
