import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { HostReportBatch, HostReportReceipt } from '@faultline/contracts';
import { scenarioFile } from '@faultline/contracts/testing';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { CYCLE_METRICS, cycleFromSamples, parseMetrics } from '../cycles/index.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';

const STORY = 'guest-panic';
/** A while after what an exporter of 2026-11-23 reported. */
const NOW = 1_795_500_000_000;

const linesOf = <T>(file: string): T[] =>
  readFileSync(scenarioFile(STORY, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

onEachEngine('an exporter of another version', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance;
  beforeEach(async () => {
    context = await testContext({ db: await engine.open(), now: () => NOW });
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });
  const post = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/reports', payload });

  it('is understood when it is older: its reports, as they were recorded', async () => {
    const batches = linesOf<HostReportBatch>('reports.jsonl');
    for (const batch of batches) {
      const answer = await post(batch);
      expect([answer.statusCode, answer.json<HostReportReceipt>()]).toEqual([
        200,
        { stored: batch.reports.length, known: 0 },
      ]);
    }
    expect(batches.length).toBeGreaterThan(1);
  });

  it('is refused, and stores nothing, when it is newer and says what is not known here', async () => {
    const [batch] = linesOf<HostReportBatch>('reports.jsonl');
    const reports = batch?.reports.map((report) => ({ ...report, ofTomorrow: 1 }));
    const answer = await post({ host: 'hA', reports });
    expect([answer.statusCode, answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid', field: '/reports/0/ofTomorrow' }),
    ]);
    expect(await context.db.selectFrom('reports').selectAll().execute()).toEqual([]);
  });
});

it('reads the same cycle from a newer exporter, whose page has metrics and labels that are not known here', () => {
  const [scrape] = linesOf<{ text: string }>('scrapes.jsonl');
  const text = scrape?.text ?? '';
  const newer = `${text.replaceAll('{', '{of_tomorrow="1",')}faultline_of_tomorrow{host="hA"} 1\n`;
  const cycleIn = (page: string) => cycleFromSamples(parseMetrics(page, CYCLE_METRICS));
  expect(cycleIn(newer)).toEqual(cycleIn(text));
  expect(cycleIn(text).domains.length).toBeGreaterThan(0);
});
