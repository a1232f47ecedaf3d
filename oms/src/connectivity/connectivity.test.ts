import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { GuestProbeReport } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { guestProbesInRange } from './store.ts';
import { onEachEngine } from '../testing/engines.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const NOW = 1_700_000_000_000;

const probe = (id: string, at: number, more: Partial<GuestProbeReport> = {}): GuestProbeReport => ({
  type: 'guest-probe',
  id,
  vm: VM,
  at,
  durationMs: 1200,
  agent: 'answering',
  agentText: '',
  os: 'linux',
  external: { address: '192.0.2.1', result: 'abnormal', exitCode: 1, text: '100% packet loss' },
  nics: [
    {
      mac: '52:54:00:00:00:01',
      ip: '10.0.0.5',
      addressConfirmed: true,
      type: 'extranet',
      gateway: { address: '10.0.0.1', result: 'ok', exitCode: 0, text: '0% packet loss' },
    },
  ],
  verdict: 'external-abnormal',
  suppressed: null,
  readOnly: [],
  ...more,
});

let context: OmsContext;
let app: FastifyInstance;

const post = (...reports: unknown[]) =>
  app.inject({ method: 'POST', url: '/api/v1/reports', payload: { host: 'hA', reports } });
const stored = (limit = 100) => guestProbesInRange(context.db, VM.uuid, { from: 0, to: NOW }, limit);

onEachEngine('what a host found in a VM (D17, D20)', (engine) => {
  beforeEach(async () => {
    context = await testContext({ db: await engine.open(), now: () => NOW });
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });

  it('is kept as it was reported, once, and found by VM and time', async () => {
    const first = probe('p1', NOW - 2000);
    const second = probe('p2', NOW - 1000, { suppressed: { reason: 'freeze', since: NOW - 1500 }, verdict: 'unknown' });
    expect((await post(second, first)).json()).toEqual({ stored: 2, known: 0 });
    expect((await post(first)).json()).toEqual({ stored: 0, known: 1 });
    expect(await stored()).toEqual([first, second]);
    expect(await stored(1)).toEqual([second]);
    expect(await guestProbesInRange(context.db, VM.uuid, { from: NOW - 1500, to: NOW }, 100)).toEqual([second]);
    expect(await guestProbesInRange(context.db, 'another', { from: 0, to: NOW }, 100)).toEqual([]);
  });

  it('makes a VM that was asked known, and moves none that was not', async () => {
    await post(probe('p1', NOW - 2000, { agent: 'unknown', verdict: 'unknown' }));
    expect(await context.db.selectFrom('vms').selectAll().execute()).toEqual([]);
    await post(probe('p2', NOW - 1000));
    expect(await context.db.selectFrom('vms').select(['uuid', 'host']).execute()).toEqual([
      { uuid: VM.uuid, host: 'hA' },
    ]);
  });

  it.each<[string, object, string, string]>([
    ['of tomorrow', { at: NOW + 86_400_000 }, 'report-times', '/reports/0/at'],
    ['with a verdict that is none', { verdict: 'fine' }, 'invalid', '/reports/0/verdict'],
    ['with a strange field', { more: 1 }, 'invalid', '/reports/0/more'],
    [
      'with more NICs than a guest has',
      { nics: Array.from({ length: 17 }, () => probe('x', 0).nics[0]) },
      'invalid',
      '/reports/0/nics',
    ],
    [
      'with text without end',
      { external: { ...probe('x', 0).external, text: 'x'.repeat(600) } },
      'invalid',
      '/reports/0/external/text',
    ],
    ['with a reason that is none', { suppressed: { reason: 'mood', since: 1 } }, 'invalid', '/reports/0/suppressed'],
  ])('is refused %s, and nothing of it is stored', async (_case, more, code, field) => {
    const answer = await post({ ...probe('p1', NOW - 1000), ...more });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code });
    expect(answer.json<{ field: string }>().field).toContain(field);
    expect(await stored()).toEqual([]);
  });
});
