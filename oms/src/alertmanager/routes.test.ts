import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlarmPage, AlarmWithHistory, News, WebhookAlert } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';
import { rememberVm } from '../vms/index.ts';

const uuid = (digit: number): string => `${digit}1111111-1111-4111-8111-111111111111`;
const BEGAN = Date.parse('2023-11-14T22:00:00Z');
const MINUTE_MS = 60_000;
const iso = (minutes: number): string => new Date(BEGAN + minutes * MINUTE_MS).toISOString();

let context: OmsContext;
let app: FastifyInstance;
let now: number;
async function open(engine?: Engine): Promise<void> {
  now = BEGAN + 30 * MINUTE_MS;
  context = await testContext({ ...(engine && { db: await engine.open() }), now: () => now });
  app = await createServer(context);
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

const firing = (minutes: number, more: Partial<WebhookAlert> = {}): WebhookAlert => ({
  status: 'firing',
  labels: { alertname: 'DomainPaused', severity: 'error', domain: 'web', instance: 'hA:9177' },
  annotations: { summary: 'the VM is paused' },
  startsAt: iso(minutes),
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: 'aaaa',
  ...more,
});
const resolved = (minutes: number, end: number, more: Partial<WebhookAlert> = {}): WebhookAlert => ({
  ...firing(minutes, more),
  status: 'resolved',
  endsAt: iso(end),
});
/** A notification as Alertmanager sends it, with all its fields. */
const notification = (alerts: unknown, more: object = {}): object => ({
  ...{ version: '4', groupKey: '{}:{alertname="DomainPaused"}', truncatedAlerts: 0, status: 'firing', receiver: 'oms' },
  ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://alertmanager:9093', alerts },
  ...more,
});
const post = (payload: unknown) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/alertmanager',
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
async function send(...alerts: WebhookAlert[]): Promise<void> {
  const answer = await post(notification(alerts));
  expect([answer.statusCode, answer.json()]).toEqual([200, { taken: alerts.length, truncated: 0 }]);
}
const alarms = async () => (await app.inject('/api/v1/alarms')).json<AlarmPage>().items;
const see = (digit: number, name: string, host: string): Promise<void> =>
  rememberVm(
    context.db,
    { vm: { uuid: uuid(digit), name }, host, at: BEGAN, active: true },
    { staleAfterMs: MINUTE_MS },
  );

onEachEngine('POST /api/v1/alertmanager (A42-A45)', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('makes an alarm record of each alert of a group, on the VM that its labels name', async () => {
    await see(1, 'web', 'hA');
    await see(2, 'web', 'hB');
    const heard: News[] = [];
    context.news.listen((news) => heard.push(news));
    await send(
      firing(0),
      firing(1, { fingerprint: 'bbbb', labels: { alertname: 'X', uuid: uuid(2) } }),
      firing(2, { fingerprint: 'cccc', labels: { alertname: 'Y', domain: 'web' } }),
      firing(3, { fingerprint: 'dddd', labels: { alertname: 'Z', domain: 'web', instance: 'oms:9090' } }),
      firing(4, { fingerprint: 'eeee', labels: { alertname: 'Watchdog' } }),
    );
    expect((await alarms()).map(({ name, vm, host, level }) => [name, vm?.uuid, host, level])).toEqual([
      ['Watchdog', undefined, 'unknown', 'indeterminate'],
      // The name fits two VMs, and neither is on that host.
      ['Z', undefined, 'oms', 'indeterminate'],
      ['Y', undefined, 'unknown', 'indeterminate'],
      ['X', uuid(2), 'hB', 'indeterminate'],
      ['DomainPaused', uuid(1), 'hA', 'major'],
    ]);
    expect(heard.map(({ topic, vm }) => [topic, vm])).toEqual([
      ['alarm', uuid(1)],
      ['alarm', uuid(2)],
      ['alarm', null],
      ['alarm', null],
      ['alarm', null],
    ]);
    const timeline = { type: 'timeline', vm: uuid(1), from: BEGAN - 1, to: now };
    expect((await app.inject({ method: 'POST', url: '/api/v1/query', payload: timeline })).body).toContain(
      'DomainPaused',
    );
  });

  it('makes one record of notifications that are repeated, grouped otherwise, or overtake each other', async () => {
    const other = firing(0, { fingerprint: 'bbbb' });
    const orders: WebhookAlert[][][] = [
      [[firing(0)], [firing(0), other], [firing(0)], [resolved(0, 5)], [resolved(0, 5), other]],
      [[resolved(0, 5)], [firing(0)], [other]],
      [[firing(0), resolved(0, 5), other], [firing(0)]],
    ];
    for (const notifications of orders) {
      await context.db.deleteFrom('alarms').execute();
      for (const alerts of notifications) await send(...alerts);
      const told = (await alarms()).map(({ alert, raised, cleared, occurrences }) => ({
        ...{ fingerprint: alert?.fingerprint, raised, cleared, occurrences },
      }));
      expect(told).toEqual([
        { fingerprint: 'bbbb', raised: BEGAN, cleared: undefined, occurrences: 1 },
        { fingerprint: 'aaaa', raised: BEGAN, cleared: BEGAN + 5 * MINUTE_MS, occurrences: 1 },
      ]);
    }
  });

  it('begins a new record when an alert fires again after it was resolved, and counts it when that was missed', async () => {
    await send(firing(0));
    await send(resolved(0, 5));
    await send(firing(10));
    expect((await alarms()).map(({ raised, cleared }) => [raised, cleared !== undefined])).toEqual([
      [BEGAN + 10 * MINUTE_MS, false],
      [BEGAN, true],
    ]);
    await send(firing(20));
    expect((await alarms()).map(({ occurrences }) => occurrences)).toEqual([2, 1]);
    await send(resolved(20, 25));
    expect((await alarms()).every(({ cleared }) => cleared !== undefined)).toBe(true);
  });

  it('takes a resolved alert of which it never heard for what it is: an alarm that is over', async () => {
    await send(resolved(0, 5));
    expect(await alarms()).toMatchObject([{ raised: BEGAN, cleared: BEGAN + 5 * MINUTE_MS }]);
  });

  it('keeps to its own clock where that of the sender is ahead, and still knows the alert again', async () => {
    await send(firing(60));
    const first = now;
    now += MINUTE_MS;
    await send(firing(60));
    expect(await alarms()).toMatchObject([{ raised: first, occurrences: 1 }]);
    now += MINUTE_MS;
    await send(resolved(60, 70));
    await send(firing(60));
    expect(await alarms()).toMatchObject([{ raised: first, cleared: now }]);
  });

  it('lets an operator acknowledge an alert, which stays so while it is only repeated', async () => {
    await send(firing(0));
    const [alarm] = await alarms();
    const url = `/api/v1/alarms/${encodeURIComponent(alarm?.id ?? '')}`;
    await app.inject({ method: 'POST', url: `${url}/acknowledge`, payload: { by: 'ana' } });
    await send(firing(0, { annotations: { summary: 'still paused' } }));
    const after = (await app.inject(url)).json<AlarmWithHistory>();
    expect([after.operator.state, after.cause, after.history.length]).toEqual(['acknowledged', 'still paused', 1]);
  });

  it('says how many alerts Alertmanager left out', async () => {
    const answer = await post(notification([firing(0)], { truncatedAlerts: 7, somethingNew: true }));
    expect(answer.json()).toEqual({ taken: 1, truncated: 7 });
    expect((await post(notification([]))).json()).toEqual({ taken: 0, truncated: 0 });
  });
});

describe('POST /api/v1/alertmanager, of what is no notification,', () => {
  // One server for all: what one refused request leaves behind, the next ones would find.
  beforeAll(() => open());
  afterAll(close);

  it.each<[string, unknown, number, string]>([
    ['nothing', '', 400, 'not-json'],
    ['half a JSON', '{"version":"4"', 400, 'not-json'],
    ['a list', [firing(0)], 400, 'invalid'],
    ['another version', notification([firing(0)], { version: '5' }), 400, 'invalid'],
    ['no alerts', notification(undefined), 400, 'invalid'],
    ['alerts that are none', notification([firing(0), null]), 400, 'invalid'],
    ['a status of its own', notification([firing(0), { ...firing(1), status: 'suppressed' }]), 400, 'invalid'],
    ['a number for a time', notification([{ ...firing(0), startsAt: 5 }]), 400, 'invalid'],
    ['words for a time', notification([firing(0, { startsAt: 'yesterday' })]), 400, 'invalid'],
    ['a number for a label', notification([{ ...firing(0), labels: { severity: 1 } }]), 400, 'invalid'],
    ['no fingerprint', notification([{ ...firing(0), fingerprint: undefined }]), 400, 'invalid'],
    ['a hostile fingerprint', notification([firing(0, { fingerprint: "a' or 1=1" })]), 400, 'invalid'],
    ['too many alerts', notification(Array.from({ length: 5001 }, () => firing(0))), 400, 'invalid'],
    ['more than is read', notification([], { groupKey: 'x'.repeat(9_000_000) }), 413, 'body-too-large'],
  ])('refuses %s, and stores nothing of it', async (_what, payload, status, code) => {
    const answer = await post(payload);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
    expect(await alarms()).toEqual([]);
  });
});
