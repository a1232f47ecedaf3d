import { DiagnosisParams, DiagnosisQuery, Verdict } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { VmUnknownError } from '../errors.ts';
import { findVm } from '../vms/index.ts';
import { diagnose } from './diagnose.ts';
import { gather } from './gather.ts';

/** `GET /api/v1/vms/:vm/diagnosis`: whose fault it is, or was at a moment, by today's table on the records of then. */
export const verdictRoutes: DomainRoutes = (app, { context: { db, config, now } }) => {
  app.get(
    '/api/v1/vms/:vm/diagnosis',
    {
      config: { access: 'read' },
      schema: {
        summary: 'Whose fault it is, with the evidence',
        tags: ['vms'],
        params: DiagnosisParams,
        querystring: DiagnosisQuery,
        response: { 200: Verdict },
      },
    },
    async ({ params, query }): Promise<Verdict> => {
      const vm = await findVm(db, params.vm);
      if (vm === undefined) throw new VmUnknownError(params.vm);
      const at = Math.min(query.at ?? now(), now());
      const { host, findings, cycle } = await gather(db, vm, { ...config, at });
      return {
        vm: { uuid: vm.uuid, name: vm.name },
        host,
        at,
        ...diagnose(findings),
        cycle: cycle === null ? null : { number: cycle.number, at: cycle.at },
      };
    },
  );
  return Promise.resolve();
};
