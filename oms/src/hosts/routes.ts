import {
  Host,
  HostCycles,
  HostCyclesQuery,
  HostList,
  Isolation,
  IsolationPage,
  IsolationRequest,
  Name,
  PageQuery,
} from '@faultline/contracts';
import { Type } from 'typebox';
import { recordAudit } from '../audit/index.ts';
import type { DomainRoutes, OmsContext } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { pageRequestOf } from '../pages/index.ts';
import { hostCycles } from './cycles.ts';
import { HostCyclesRangeError, HostNotIsolatedError, HostUnknownError, IsolationOverError } from './errors.ts';
import { knownHosts } from './list.ts';
import { isolate, isolationHistory, release } from './store.ts';

const HostParams = Type.Object({ host: Name });
const HOUR_MS = 3_600_000;
/** Who puts the host back into use. */
const ReleaseQuery = Type.Object({ by: Name }, { additionalProperties: false });

/**
 * `GET /api/v1/hosts`, `PUT` and `DELETE /api/v1/hosts/:host/isolation`, its history `GET .../isolations`
 * (A31), and its cycles `GET .../cycles`.
 */
export const hostRoutes: DomainRoutes = (app, { context }) => {
  const { db, now } = context;

  app.get(
    '/api/v1/hosts',
    {
      config: { access: 'read' },
      schema: {
        summary: 'The hosts that operations can be performed on',
        tags: ['hosts'],
        response: { 200: HostList },
      },
    },
    async (): Promise<HostList> => ({ hosts: await listHosts(context) }),
  );

  app.put(
    '/api/v1/hosts/:host/isolation',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Keeps every operation from a host (A31)',
        tags: ['hosts'],
        params: HostParams,
        body: IsolationRequest,
        response: { 200: Isolation },
      },
    },
    async ({ params: { host }, body, caller }) => {
      await refuseUnknown(context, host);
      const at = now();
      if (body.until !== undefined && body.until <= at) throw new IsolationOverError(body.until);
      return db.transaction().execute(async (trx) => {
        const isolation = await isolate(trx, host, body, at);
        const { why, ...details } = body;
        const target = `host/${host}`;
        await recordAudit(trx, { at, caller, what: 'host.isolate', target, why, details, outcome: 'done' });
        return isolation;
      });
    },
  );

  app.delete(
    '/api/v1/hosts/:host/isolation',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Lets operations to a host again',
        tags: ['hosts'],
        params: HostParams,
        querystring: ReleaseQuery,
        response: { 200: Isolation },
      },
    },
    async ({ params: { host }, query: { by }, caller }) => {
      await refuseUnknown(context, host);
      const at = now();
      return db.transaction().execute(async (trx) => {
        const isolation = await release(trx, host, { by, at });
        if (isolation === undefined) throw new HostNotIsolatedError(host);
        const target = `host/${host}`;
        await recordAudit(trx, { at, caller, what: 'host.release', target, details: { by }, outcome: 'done' });
        return isolation;
      });
    },
  );

  app.get(
    '/api/v1/hosts/:host/isolations',
    {
      config: { access: 'read' },
      schema: {
        summary: 'The isolations of a host, newest first',
        tags: ['hosts'],
        params: HostParams,
        querystring: PageQuery,
        response: { 200: IsolationPage },
      },
    },
    async ({ params: { host }, query }) => {
      if (!(await listHosts(context)).some(({ name }) => name === host)) throw new HostUnknownError(host);
      return isolationHistory(db, host, pageRequestOf(query));
    },
  );

  app.get(
    '/api/v1/hosts/:host/cycles',
    {
      config: { access: 'read' },
      schema: {
        summary: 'When the cycles of a host reached its libvirtd, and when there were none',
        tags: ['hosts'],
        params: HostParams,
        querystring: HostCyclesQuery,
        response: { 200: HostCycles },
      },
    },
    async ({ params: { host }, query }) => {
      const at = now();
      const { to = at } = query;
      const { from = Math.max(0, to - HOUR_MS) } = query;
      if (from > to) throw new HostCyclesRangeError();
      if (!(await listHosts(context)).some(({ name }) => name === host)) throw new HostUnknownError(host);
      return hostCycles(db, host, { from, to, now: at, staleAfterMs: context.config.staleAfterMs });
    },
  );
  return Promise.resolve();
};

const listHosts = ({ db, config, now, hosts }: OmsContext): Promise<Host[]> =>
  knownHosts(db, {
    controlled: Object.keys(config.controlHosts),
    heardOf: hosts().flatMap(({ host }) => host ?? []),
    now: now(),
  });

/** @throws RecordingError, HostUnknownError */
async function refuseUnknown(context: OmsContext, host: string): Promise<void> {
  if (context.recording !== null) throw new RecordingError();
  if (!(await listHosts(context)).some(({ name }) => name === host)) throw new HostUnknownError(host);
}
