import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Query, QueryAnswer } from '@faultline/contracts';
import { golden, scenarioFile } from '@faultline/contracts/testing';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { CYCLE_METRICS, cycleFromSamples, parseMetrics } from './cycles/index.ts';
import { startOms, type Oms } from './oms.ts';
import { WITHOUT_THREADS } from './testing/context.ts';

const STORY = 'guest-panic';
const scenario = JSON.parse(readFileSync(scenarioFile(STORY, 'scenario.json'), 'utf8')) as {
  from: number;
  to: number;
  vm: { uuid: string };
};

const linesOf = <T>(file: string): T[] =>
  readFileSync(scenarioFile(STORY, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

describe(`the recorded incident ${STORY}, stage by stage`, () => {
  let dataDir: string;
  let oms: Oms;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'faultline-scenario-'));
    const args = [
      ...WITHOUT_THREADS,
      '--data.dir',
      dataDir,
      '--replay.dir',
      scenarioFile(STORY, ''),
      '--web.listen-address',
      '127.0.0.1:0',
    ];
    oms = await startOms(readConfig(args, {}), pino({ level: 'silent' }));
  });

  afterAll(async () => {
    await oms.close();
    rmSync(dataDir, { recursive: true });
  });

  async function ask(query: Query): Promise<QueryAnswer> {
    const response = await fetch(`${oms.url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as QueryAnswer;
  }

  it('reads each scrape as a cycle (decision 3)', () => {
    const scrapes = linesOf<{ at: number; text: string }>('scrapes.jsonl');
    const cycles = scrapes.map(({ text }) => cycleFromSamples(parseMetrics(text, CYCLE_METRICS)));
    const plain = JSON.parse(JSON.stringify(cycles)) as unknown;
    expect(plain).toEqual(golden(STORY, 'cycles.json', plain));
  });

  it('answers the timeline of the VM (A6, A7)', async () => {
    const answer = await ask({ type: 'timeline', vm: scenario.vm.uuid, from: scenario.from, to: scenario.to });
    expect(answer).toEqual(golden(STORY, 'timeline.json', answer));
  });

  it('answers the operation that failed, hop by hop (A26, A30)', async () => {
    const failed = linesOf<{ id: string; result: string }>('operations.jsonl').find(
      ({ result }) => result === 'failed',
    );
    const answer = await ask({ type: 'operation', id: failed?.id ?? '' });
    expect(answer).toEqual(golden(STORY, 'operation.json', answer));
  });

  it('answers the alarm of the panic (A27, A43)', async () => {
    const alarms = linesOf<{ reports: { type: string; alarm?: { id: string; level: string } }[] }>('reports.jsonl')
      .flatMap(({ reports }) => reports)
      .flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm]));
    const answer = await ask({ type: 'alarm', id: alarms.find(({ level }) => level === 'critical')?.id ?? '' });
    expect(answer).toEqual(golden(STORY, 'alarm.json', answer));
  });
});
