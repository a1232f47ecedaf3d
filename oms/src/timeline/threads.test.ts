import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { FrameJson, HostReportBatch, QueryAnswer } from '@faultline/contracts';
import { freePort } from '@faultline/lab';
import { openDatabase } from '../database/index.ts';
import { testConfig } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { OmsProcess } from '../testing/oms-process.ts';
import { answeringHere } from './answering.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };

/** The built program: only it has threads. */
onEachEngine('queries that threads answer', (engine) => {
  let place: { location: string; dispose: () => void };
  let oms: OmsProcess;
  beforeEach(async () => {
    place = await engine.newPlace();
    const own = engine.name === 'SQLite' ? ['--data.dir', dirname(place.location)] : [];
    oms = await OmsProcess.start({
      port: await freePort(),
      args: ['--query.threads', '2', ...own],
      ...(engine.name === 'SQLite' ? {} : { databaseUrl: place.location }),
    });
  });
  afterEach(async () => {
    await oms.end('SIGTERM');
    place.dispose();
  });

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${oms.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const ask = async (query: object): Promise<{ status: number; body: unknown }> => {
    const answer = await post('/api/v1/query', query);
    return { status: answer.status, body: await answer.json() };
  };
  /** The VM pauses and runs on, in turns, one second after the other. */
  const report = async (first: number, count: number, since: number): Promise<void> => {
    const reports = Array.from({ length: count }, (_, index) => {
      const number = first + index;
      const observed =
        number % 2 === 0
          ? ({ state: 'paused', reason: 'user' } as const)
          : ({ state: 'running', reason: 'unpaused' } as const);
      const at = since + number * 1000;
      return { type: 'domain-event' as const, id: `e${number}`, at, vm: VM, event: 'x', detail: 'y', observed };
    });
    expect((await post('/api/v1/reports', { host: 'hA', reports } satisfies HostReportBatch)).status).toBe(200);
  };

  it('are answered as the OMS itself would', async () => {
    const since = Date.now() - 600_000;
    await report(0, 100, since);
    const query = { type: 'timeline' as const, vm: VM.uuid, from: since, to: since + 300_000, maxDataPoints: 40 };
    const { status, body } = await ask(query);
    expect(status).toBe(200);
    const db = await openDatabase(place.location);
    const here = answeringHere({ db, now: Date.now, config: testConfig() });
    const expected = JSON.parse(await here.answer(query)) as QueryAnswer;
    await db.destroy();
    const told = ({ frames }: QueryAnswer): FrameJson['data'][] => frames.map(({ data }) => data);
    expect(told(body as QueryAnswer)).toEqual(told(expected));
    expect((body as QueryAnswer).frames[1]?.data.values[0]?.length).toBeGreaterThan(20);
  });

  it('know all that was acknowledged before', async () => {
    const since = Date.now() - 600_000;
    for (let number = 0; number < 20; number += 1) {
      await report(number, 1, since);
      const { body } = await ask({
        type: 'timeline',
        vm: VM.uuid,
        from: since - 1000,
        to: since + number * 1000 + 500,
      });
      expect((body as QueryAnswer).frames[1]?.data.values[0]).toHaveLength(number + 1);
    }
  });

  it('fail with their own words', async () => {
    expect(await ask({ type: 'timeline', vm: VM.uuid, from: 0, to: 1 })).toMatchObject({
      status: 404,
      body: { code: 'vm-unknown', field: '/vm', detail: expect.stringContaining(VM.uuid) },
    });
    expect(await ask({ type: 'timeline', vm: VM.uuid, from: 1, to: 1 })).toMatchObject({
      status: 400,
      body: { code: 'range-invalid', field: '/to' },
    });
    expect(await ask({ type: 'operation', id: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'operation-unknown', field: '/id' },
    });
  });
});
