import {
  FaultReport,
  FaultReportListQuery,
  FaultReportPage,
  FaultReportRequest,
  FaultReportResolution,
  RecordId,
  type UserRole,
} from '@faultline/contracts';
import { Type } from 'typebox';
import { recordAudit } from '../audit/index.ts';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { pageRequestOf } from '../pages/index.ts';
import { AddressInvalidError, readAddress } from '../vms/index.ts';
import { FaultReportTimesError, FaultReportVmUnknownError } from './errors.ts';
import { faultReportPage, findFaultReport, resolveFaultReport, takeFaultReport } from './store.ts';

/** Clocks of those who report may run ahead of ours by this much. */
const CLOCK_TOLERANCE_MS = 600_000;

const Named = Type.Object({ id: RecordId });

/** Fault reports (A3, A4, A11): taking them, listing them, and saying later whom an ambiguous one means. */
export const faultReportRoutes: DomainRoutes = (app, { context }) => {
  const { db, now, recording } = context;

  app.post(
    '/api/v1/fault-reports',
    {
      config: { access: 'report' },
      schema: {
        summary: 'Reports that something is wrong with a VM, by its name, address or user',
        tags: ['fault-reports'],
        body: FaultReportRequest,
        response: { 200: FaultReport, 201: FaultReport, 202: FaultReport },
      },
    },
    async ({ body, caller }, reply) => {
      if (recording !== null) throw new RecordingError();
      const received = now();
      check(body, received);
      const { report, isNew } = await db.transaction().execute((trx) => takeFaultReport(trx, body, received));
      if (report.vm === null && report.candidates.length === 0) throw new FaultReportVmUnknownError(report);
      const status = report.vm === null ? 202 : isNew ? 201 : 200;
      return reply.code(status).send(shownTo(caller.role, report));
    },
  );

  app.get(
    '/api/v1/fault-reports',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Fault reports, newest first',
        tags: ['fault-reports'],
        querystring: FaultReportListQuery,
        response: { 200: FaultReportPage },
      },
    },
    async ({ query }) => faultReportPage(db, query, pageRequestOf(query)),
  );

  app.get(
    '/api/v1/fault-reports/:id',
    {
      config: { access: 'read' },
      schema: { summary: 'A fault report', tags: ['fault-reports'], params: Named, response: { 200: FaultReport } },
    },
    async ({ params }) => findFaultReport(db, params.id),
  );

  app.post(
    '/api/v1/fault-reports/:id/resolve',
    {
      config: { access: 'operate' },
      schema: {
        summary: 'Says which VM was meant',
        tags: ['fault-reports'],
        params: Named,
        body: FaultReportResolution,
        response: { 200: FaultReport },
      },
    },
    async ({ params: { id }, body, caller }) => {
      if (recording !== null) throw new RecordingError();
      const { vm, by = caller.who } = body;
      const at = now();
      return await db.transaction().execute(async (trx) => {
        const report = await resolveFaultReport(trx, id, { vm, by, at });
        const target = `fault-report/${id}`;
        await recordAudit(trx, {
          at,
          caller,
          what: 'fault-report.resolve',
          target,
          outcome: 'done',
          details: { vm, by },
        });
        return report;
      });
    },
  );

  return Promise.resolve();
};

/** What a schema cannot say. @throws FaultReportTimesError, AddressInvalidError */
function check({ at, ip }: FaultReportRequest, now: number): void {
  if (at !== undefined && at > now + CLOCK_TOLERANCE_MS) throw new FaultReportTimesError(at - now);
  if (ip !== undefined && readAddress(ip)?.kind !== 'ip') throw new AddressInvalidError(ip, '/ip');
}

/** Who may only report is shown nothing of VMs that it did not name one by one. */
const shownTo = (role: UserRole, report: FaultReport): FaultReport =>
  role === 'report' ? { ...report, candidates: [] } : report;
