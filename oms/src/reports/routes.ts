import { HostReportReceipt } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { newsOf } from './news.ts';
import { checkTimes, HostReportBatch, REPORTS_BODY_LIMIT_BYTES } from './schema.ts';
import { ingestReports } from './store.ts';

/** `POST /api/v1/reports`: what a host's exporter saw. 200 comes after the commit, and only then (decision 10). */
export const reportRoutes: DomainRoutes = (app, { context }) => {
  const options = {
    config: { access: 'report' },
    schema: {
      summary: 'What a host saw: taken once, however often it is sent',
      tags: ['reports'],
      body: HostReportBatch,
      response: { 200: HostReportReceipt },
    },
    bodyLimit: REPORTS_BODY_LIMIT_BYTES,
  } as const;
  app.post('/api/v1/reports', options, async (request): Promise<HostReportReceipt> => {
    if (context.recording !== null) throw new RecordingError();
    const { host, reports } = request.body;
    const received = context.now();
    checkTimes(reports, received);
    const { staleAfterMs } = context.config;
    const receipt = await ingestReports(context.db, { host, reports }, { received, staleAfterMs });
    context.telemetry.reports.inc({ outcome: 'stored' }, receipt.stored);
    context.telemetry.reports.inc({ outcome: 'known' }, receipt.known);
    if (receipt.stored > 0) for (const each of newsOf(reports)) context.news.tell(each);
    return receipt;
  });
  return Promise.resolve();
};
