import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alarm, OmsStatus } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { storeAlarm } from '../alarms/index.ts';
import type { OmsContext } from '../context.ts';
import { soleTenure } from '../lease/index.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { FakeAlertmanager } from '../testing/fake-alertmanager.ts';
import { keepLink } from './link.ts';
import { Teller } from './tell.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const BEGAN = Date.parse('2026-01-01T00:00:00Z');
const MINUTE_MS = 60_000;
const iso = (minutes: number): string => new Date(BEGAN + minutes * MINUTE_MS).toISOString();
const never = new AbortController().signal;

const alarm = (id: string, more: Partial<Alarm> = {}): Alarm => ({
  ...{ id, key: `k/${id}`, name: `Alarm ${id}`, category: 'processing', level: 'minor', cause: 'x', details: {} },
  ...{ vm: { uuid: UUID, name: 'web' }, host: 'hA', raised: BEGAN, changed: BEGAN, occurrences: 1, source: 'nc:hA' },
  ...more,
});

onEachEngine('telling Alertmanager', (engine) => {
  let now: number;
  let ams: FakeAlertmanager[];
  let context: OmsContext;
  let tellers: Teller[];
  beforeEach(async () => {
    now = BEGAN + 10 * MINUTE_MS;
    ams = [await FakeAlertmanager.start(), await FakeAlertmanager.start()];
    const urls = ams.flatMap(({ url }) => ['--alertmanager.url', url]);
    const config = testConfig(...urls, '--alertmanager.send', '--alertmanager.interval', '1m');
    context = await testContext({ db: await engine.open(), config, now: () => now });
    begin();
  });
  afterEach(async () => {
    await context.db.destroy();
    await Promise.all(ams.map((am) => am.stop()));
  });

  /** As a new tenure begins: with nothing remembered. */
  function begin(): void {
    tellers = context.alertmanagers.map((each) => new Teller(each, context, soleTenure));
  }
  const store = (...alarms: Alarm[]) =>
    context.db.transaction().execute(async (trx) => {
      for (const each of alarms) await storeAlarm(trx, each, { received: now });
    });
  /** What each of them was sent in a round at this minute: names with their severities and ends. */
  async function round(minute: number): Promise<string[][]> {
    now = BEGAN + minute * MINUTE_MS;
    for (const am of ams) am.posts = [];
    for (const teller of tellers) await teller.round(never);
    return ams.map(({ posts }) =>
      posts
        .flatMap(({ alerts }) => alerts)
        .map(({ labels, endsAt }) => `${labels['alertname'] ?? ''} ${labels['severity'] ?? ''} ${endsAt}`)
        .sort(),
    );
  }

  it('tells all of them what is so, with a lease, and of nothing that Alertmanager told', async () => {
    await store(
      alarm('a'),
      alarm('b', { source: 'oms', level: 'major' }),
      alarm('c', { source: 'alertmanager', alert: { fingerprint: 'f', silenced: false, inhibited: false } }),
      alarm('d', { cleared: BEGAN + MINUTE_MS, changed: BEGAN + MINUTE_MS }),
    );
    const told = [`Alarm a warning ${iso(18)}`, `Alarm b critical ${iso(18)}`];
    expect(await round(10)).toEqual([told, told]);
    expect(ams[0]?.posts[0]?.alerts[0]).toMatchObject({
      labels: { source: 'faultline', alarm_key: 'k/b', uuid: UUID, domain: 'web', host: 'hA', category: 'processing' },
      startsAt: iso(0),
    });
    expect(
      await context.telemetry.registry.getSingleMetricAsString('faultline_oms_alertmanager_told_alerts'),
    ).toContain(`{url="${ams[0]?.url ?? ''}"} 2`);
  });

  it('tells it again before the lease ends, and its end at the time at which it was cleared', async () => {
    await store(alarm('a'));
    await round(10);
    expect(await round(10.5)).toEqual([[], []]);
    expect((await round(11))[0]).toEqual([`Alarm a warning ${iso(19)}`]);
    await store(alarm('a', { cleared: BEGAN + 11.5 * MINUTE_MS, changed: BEGAN + 11.5 * MINUTE_MS }));
    expect((await round(12))[0]).toEqual([`Alarm a warning ${iso(11.5)}`]);
    expect((await round(20))[0]).toEqual([]);
  });

  it('loses nothing while one of them is away: what is so, and what ended meanwhile, is told when it is back', async () => {
    const [first] = ams;
    await store(alarm('a'), alarm('b'));
    await round(10);
    await first?.stop();
    await store(alarm('c'), alarm('a', { cleared: BEGAN + 10.5 * MINUTE_MS, changed: BEGAN + 10.5 * MINUTE_MS }));
    const [none, others] = await round(11);
    expect([none, others]).toEqual([
      [],
      [`Alarm a warning ${iso(10.5)}`, ...['b', 'c'].map((id) => `Alarm ${id} warning ${iso(19)}`)],
    ]);
    expect(context.alertmanagers.map(({ status }) => status.sent.error === null)).toEqual([false, true]);
    await first?.listen();
    expect((await round(12))[0]).toEqual([
      `Alarm a warning ${iso(10.5)}`,
      ...['b', 'c'].map((id) => `Alarm ${id} warning ${iso(20)}`),
    ]);
    expect(context.alertmanagers.map(({ status }) => status.sent)).toEqual([
      { at: now, error: null },
      { at: now, error: null },
    ]);
  });

  it('loses nothing when another OMS goes on: everything is read from the store', async () => {
    await store(alarm('a'), alarm('b'));
    await round(10);
    await store(alarm('a', { cleared: BEGAN + 10.5 * MINUTE_MS, changed: BEGAN + 10.5 * MINUTE_MS }), alarm('c'));
    begin();
    expect((await round(11))[0]).toEqual([
      `Alarm a warning ${iso(10.5)}`,
      ...['b', 'c'].map((id) => `Alarm ${id} warning ${iso(19)}`),
    ]);
  });

  it('ends an alarm under its earlier level when it gets worse', async () => {
    await store(alarm('a'));
    await round(10);
    await store(alarm('a', { level: 'critical', changed: BEGAN + 10 * MINUTE_MS }));
    expect((await round(10.5))[0]).toEqual([`Alarm a critical ${iso(18.5)}`, `Alarm a warning ${iso(10.5)}`]);
  });

  it('tells more than fits into one request, and stops in between when it lost the lease', async () => {
    await store(...Array.from({ length: 501 }, (_, index) => alarm(`n${index}`)));
    await round(10);
    expect(ams[0]?.posts.map(({ alerts }) => alerts.length)).toEqual([500, 1]);
    let held = 1;
    const isHeld = () => (held -= 1) >= 0;
    tellers = context.alertmanagers.slice(0, 1).map((each) => new Teller(each, context, { isHeld }));
    await round(11);
    expect(ams[0]?.posts.map(({ alerts }) => alerts.length)).toEqual([500]);
  });

  it('is told again what it refused', async () => {
    await store(alarm('a'));
    const [first] = ams;
    if (first) first.answer = (_, response) => response.writeHead(400).end('"bad labels"');
    await round(10);
    expect(context.alertmanagers[0]?.status.sent.error).toContain('400 to /api/v2/alerts: "bad labels"');
    if (first) first.answer = null;
    expect((await round(10.1))[0]).toHaveLength(1);
  });
});

describe('an OMS with an Alertmanager', () => {
  let am: FakeAlertmanager;
  let context: OmsContext;
  let app: FastifyInstance | undefined;
  beforeEach(async () => {
    am = await FakeAlertmanager.start();
  });
  afterEach(async () => {
    await app?.close();
    await context.db.destroy();
    await am.stop();
  });
  const open = async (...args: string[]): Promise<void> => {
    context = await testContext({ config: testConfig('--alertmanager.url', am.url, ...args) });
  };
  const store = (each: Alarm) =>
    context.db.transaction().execute((trx) => storeAlarm(trx, each, { received: Date.now() }));

  it('asks and tells by itself, at once when an alarm is new, says so in its status, and ends in order', async () => {
    await open('--alertmanager.send', '--alertmanager.interval', '10m');
    await store(alarm('a'));
    const first = am.posted();
    app = await createServer(context);
    await app.ready();
    await first;
    const second = am.posted();
    await store(alarm('b'));
    context.news.tell({ topic: 'alarm', vm: UUID, id: 'b', at: Date.now() });
    await second;
    expect(am.posts.map(({ alerts }) => alerts.map(({ labels }) => labels['alertname']))).toEqual([
      ['Alarm a'],
      ['Alarm b'],
    ]);
    while (!am.asked.includes('GET /api/v2/status')) await new Promise(setImmediate);
    const { alertmanagers } = (await app.inject('/api/v1/status')).json<OmsStatus>();
    expect(alertmanagers).toMatchObject([{ url: am.url, sent: { error: null }, asked: { error: null } }]);
    const closing = performance.now();
    await app.close();
    expect(performance.now() - closing).toBeLessThan(2000);
  });

  it('tells nothing unless it is told to', async () => {
    await open();
    await store(alarm('a'));
    const end = keepLink(context, soleTenure);
    while (!am.asked.includes('GET /api/v2/status')) await new Promise(setImmediate);
    await end();
    expect(am.asked.filter((asked) => asked.startsWith('POST'))).toEqual([]);
  });

  it('does nothing once the tenure is over', async () => {
    await open('--alertmanager.send');
    const ended = new AbortController();
    ended.abort();
    const end = keepLink(context, { ...soleTenure, signal: ended.signal });
    await end();
    expect(am.asked).toEqual([]);
  });

  it('does not start with credentials that it cannot use', async () => {
    await open('--alertmanager.bearer-token-file', '/nowhere/token');
    await expect(createServer(context)).rejects.toMatchObject({
      code: 'bad-setting',
      message: expect.stringContaining('--alertmanager.bearer-token-file: ENOENT'),
    });
  });
});
