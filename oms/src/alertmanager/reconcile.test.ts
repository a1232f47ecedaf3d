import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Alarm, AlarmPage, AlarmRecord, AlarmWithHistory, News, QueryAnswer } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { storeAlarm } from '../alarms/index.ts';
import type { OmsContext } from '../context.ts';
import { soleTenure } from '../lease/index.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { FakeAlertmanager, type FakeAlert } from '../testing/fake-alertmanager.ts';
import { rowsOf } from '../testing/rows.ts';
import { rememberVm } from '../vms/index.ts';
import { Reconciler } from './reconcile.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const BEGAN = Date.parse('2023-11-14T22:00:00Z');
const MINUTE_MS = 60_000;
const iso = (minutes: number): string => new Date(BEGAN + minutes * MINUTE_MS).toISOString();

const listed = (fingerprint: string, more: Partial<FakeAlert> = {}): FakeAlert => ({
  ...{ fingerprint, startsAt: iso(0), endsAt: iso(60), updatedAt: iso(0), receivers: [{ name: 'faultline' }] },
  labels: { alertname: 'DomainPaused', severity: 'error', domain: 'web', instance: 'hA:9177' },
  annotations: { summary: 'the VM is paused' },
  ...{ status: { state: 'active', silencedBy: [], inhibitedBy: [] } },
  ...more,
});
const silenced = { status: { state: 'suppressed', silencedBy: ['9f0c1b9e'], inhibitedBy: [] } };
const inhibited = { status: { state: 'suppressed', silencedBy: [], inhibitedBy: ['bbbb'] } };

onEachEngine('reconciling with Alertmanager', (engine) => {
  let now: number;
  let ams: FakeAlertmanager[];
  let context: OmsContext;
  let app: FastifyInstance;
  let reconciler: Reconciler;
  let heard: News[];

  beforeEach(async () => {
    now = BEGAN + 30 * MINUTE_MS;
    ams = [await FakeAlertmanager.start(), await FakeAlertmanager.start()];
    const urls = ams.flatMap(({ url }) => ['--alertmanager.url', url]);
    context = await testContext({ db: await engine.open(), config: testConfig(...urls), now: () => now });
    // What the server would do by itself is done here, step by step.
    app = await createServer({ ...context, alertmanagers: [] });
    reconciler = new Reconciler(context, soleTenure);
    const vm = { uuid: UUID, name: 'web' };
    await rememberVm(context.db, { vm, host: 'hA', at: BEGAN, active: true }, { staleAfterMs: MINUTE_MS });
    heard = [];
    context.news.listen(({ topic, vm: of, id, at }) => heard.push({ topic, vm: of, id, at }));
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
    await Promise.all(ams.map((am) => am.stop()));
  });

  const alarms = async (): Promise<AlarmRecord[]> => (await app.inject('/api/v1/alarms')).json<AlarmPage>().items;
  const errors = () => context.alertmanagers.map(({ status }) => status.asked.error);
  /** What the first and the second have, and a round a minute later. */
  async function round(first: FakeAlert[], second: FakeAlert[] = []): Promise<AlarmRecord[]> {
    const [one, other] = ams;
    if (one) one.alerts = first;
    if (other) other.alerts = second;
    now += MINUTE_MS;
    await reconciler.round(new AbortController().signal);
    return await alarms();
  }
  async function notify(fingerprint: string, ended?: number, startsAt = iso(0)): Promise<void> {
    const { labels, annotations } = listed(fingerprint);
    const payload = {
      ...{ version: '4', receiver: 'faultline', groupKey: 'g' },
      alerts: [
        {
          ...{ fingerprint, labels, annotations, startsAt },
          status: ended === undefined ? 'firing' : 'resolved',
          endsAt: ended === undefined ? '0001-01-01T00:00:00Z' : iso(ended),
        },
      ],
    };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/alertmanager', payload });
    expect(answer.statusCode).toBe(200);
  }

  it('makes a record of what no webhook told, on its VM, and tells of it once', async () => {
    expect(await round([listed('aaaa', silenced)])).toMatchObject([
      {
        ...{ key: 'alertmanager:aaaa', name: 'DomainPaused', level: 'major', vm: { uuid: UUID }, raised: BEGAN },
        alert: { fingerprint: 'aaaa', silenced: true, inhibited: false, silencedBy: ['9f0c1b9e'], inhibitedBy: [] },
      },
    ]);
    expect(heard).toEqual([{ topic: 'alarm', vm: UUID, id: `alertmanager:aaaa:${BEGAN}`, at: now }]);
    const before = await rowsOf(context.db);
    await round([listed('aaaa', silenced)]);
    expect([await rowsOf(context.db), heard.length]).toEqual([before, 1]);
  });

  it('marks a record when its alert is silenced and inhibited, on the chart and on its card, and when it is not any more', async () => {
    await notify('aaaa');
    const query = async (payload: object) =>
      (await app.inject({ method: 'POST', url: '/api/v1/query', payload })).json<QueryAnswer>().frames;
    const cells = async () => {
      const [alarm] = await alarms();
      const timeline = await query({ type: 'timeline', vm: UUID, from: BEGAN, to: now });
      const frames = [
        timeline.find(({ schema }) => schema.name === 'alarms'),
        ...(await query({ type: 'alarms', from: BEGAN, to: now })),
        ...(await query({ type: 'alarm', id: alarm?.id })),
      ];
      const fields = ['suppressed', 'silencedBy', 'inhibitedBy'];
      return frames.flatMap((frame) =>
        fields.flatMap((name) => {
          const column = frame?.schema.fields.findIndex((field) => field.name === name) ?? -1;
          return column < 0 ? [] : [frame?.data.values[column]?.[0]];
        }),
      );
    };
    expect(await cells()).toEqual([null, null, null, null, null]);
    await round([listed('aaaa', silenced)]);
    expect(await cells()).toEqual(['silenced', 'silenced', 'silenced', '9f0c1b9e', null]);
    await round([listed('aaaa', inhibited)]);
    expect(await cells()).toEqual(['inhibited', 'inhibited', 'inhibited', null, 'bbbb']);
    await round([listed('aaaa')]);
    expect(await cells()).toEqual([null, null, null, null, null]);
    expect((await alarms()).map(({ occurrences, cleared }) => [occurrences, cleared])).toEqual([[1, undefined]]);
  });

  it('keeps what it knows of an alert that an Alertmanager has only just taken', async () => {
    await round([listed('aaaa', silenced)]);
    const taken = { status: { state: 'unprocessed', silencedBy: [], inhibitedBy: [] } };
    expect(await round([listed('aaaa', taken), listed('cccc', taken)])).toMatchObject([
      { alert: { silenced: null, inhibited: null } },
      { alert: { silenced: true, inhibited: false } },
    ]);
  });

  it('takes an alert for silenced where no member of the cluster would notify of it', async () => {
    expect(await round([listed('aaaa', silenced)], [listed('aaaa')])).toMatchObject([{ alert: { silenced: false } }]);
    expect(await round([listed('aaaa', silenced)], [listed('aaaa', silenced)])).toMatchObject([
      { alert: { silenced: true, silencedBy: ['9f0c1b9e'] } },
    ]);
  });

  it('clears an alarm that none of them knows now', async () => {
    await round([listed('aaaa')], [listed('aaaa')]);
    expect(await round([], [listed('aaaa')])).toMatchObject([{ alert: { fingerprint: 'aaaa' } }]);
    const [still] = await alarms();
    expect(still?.cleared).toBeUndefined();
    const [over] = await round([], []);
    expect(over).toMatchObject({ cleared: now, changed: now });
    // Its notification comes late, with the time at which it ended: that it is over is known.
    await notify('aaaa', 10);
    expect(await alarms()).toMatchObject([{ cleared: now }]);
  });

  it('clears nothing while one of them does not answer, or has only just started', async () => {
    await round([listed('aaaa')]);
    const [first] = ams;
    await first?.stop();
    expect(await round([])).toMatchObject([{ changed: BEGAN }]);
    expect((await alarms())[0]?.cleared).toBeUndefined();
    await first?.listen();
    if (first) first.startedAt = Date.now() - 10_000;
    expect((await round([]))[0]?.cleared).toBeUndefined();
    expect(errors()).toEqual([null, null]);
    if (first) first.startedAt = Date.now() - 400_000;
    expect((await round([]))[0]?.cleared).toBe(now);
  });

  it('does not clear what only webhooks told: they may come from an Alertmanager that nobody named', async () => {
    await notify('aaaa');
    await round([]);
    await round([]);
    expect((await alarms())[0]?.cleared).toBeUndefined();
  });

  it('goes on where another OMS stopped: what they had is in the store', async () => {
    await round([listed('aaaa')]);
    reconciler = new Reconciler(context, soleTenure);
    expect((await round([]))[0]?.cleared).toBe(now);
  });

  it('writes nothing after it lost the lease', async () => {
    const lost = new Error('lost');
    reconciler = new Reconciler(context, { fence: () => Promise.reject(lost) });
    await expect(round([listed('aaaa')])).rejects.toBe(lost);
    expect(await alarms()).toEqual([]);
  });

  it('raises an alert anew that is there though its record is over: Prometheus was away, and its alerts ended meanwhile', async () => {
    await notify('aaaa', 20);
    const [, anew] = [await round([listed('aaaa')]), (await alarms())[0]];
    expect(anew).toMatchObject({ id: `alertmanager:aaaa:${BEGAN}:${now}`, raised: now, key: 'alertmanager:aaaa' });
    const again = await round([listed('aaaa', silenced)]);
    expect(again.map(({ cleared, alert }) => [cleared !== undefined, alert?.silenced])).toEqual([
      [false, true],
      [true, false],
    ]);
    // The end of the first raising, told once more, is not the end of this one; its own end is.
    await notify('aaaa', 20);
    expect((await alarms())[0]?.cleared).toBeUndefined();
    await notify('aaaa', 33);
    expect((await alarms()).map(({ cleared }) => cleared !== undefined)).toEqual([true, true]);
  });

  it('counts an alert that began anew while nobody told of its end', async () => {
    await round([listed('aaaa')]);
    await round([listed('aaaa', { startsAt: iso(25) })]);
    const told = heard.length;
    expect(await round([listed('aaaa', { startsAt: iso(25) })])).toMatchObject([{ occurrences: 2, raised: BEGAN }]);
    expect(heard.length).toBe(told);
  });

  it('leaves alone what people made of an alarm', async () => {
    await round([listed('aaaa')]);
    const url = `/api/v1/alarms/${encodeURIComponent(`alertmanager:aaaa:${BEGAN}`)}`;
    await app.inject({ method: 'POST', url: `${url}/acknowledge`, payload: { by: 'ana' } });
    await round([listed('aaaa', { ...silenced, annotations: { summary: 'still paused' } })]);
    expect((await app.inject(url)).json<AlarmWithHistory>()).toMatchObject({
      ...{ cause: 'still paused', operator: { state: 'acknowledged', by: 'ana' }, alert: { silenced: true } },
    });
  });

  it('makes no second record of an alarm that the OMS told Alertmanager of, but says whether that is silenced there', async () => {
    const ours: Alarm = {
      ...{ id: 'a1', key: `domain-crashed/${UUID}`, name: 'VM crashed', category: 'processing', level: 'critical' },
      ...{ cause: 'it crashed', details: {}, vm: { uuid: UUID, name: 'web' }, host: 'hA', source: 'nc:hA' },
      ...{ raised: BEGAN, changed: BEGAN, occurrences: 1 },
    };
    const store = () => context.db.transaction().execute((trx) => storeAlarm(trx, ours, { received: now }));
    await store();
    const labels = { alertname: 'VM crashed', source: 'faultline', alarm_key: ours.key };
    expect(await round([listed('0001', { labels, ...silenced })])).toMatchObject([
      { id: 'a1', source: 'nc:hA', alert: { fingerprint: '0001', silenced: true, silencedBy: ['9f0c1b9e'] } },
    ]);
    // Its host tells of it again, and knows nothing of Alertmanager.
    ours.cause = 'it still is';
    await store();
    expect(await alarms()).toMatchObject([{ cause: 'it still is', alert: { silenced: true } }]);
    // Of one that is not there it is not known.
    expect(await round([])).toMatchObject([{ alert: { fingerprint: '0001', silenced: null, inhibited: null } }]);
    const payload = {
      ...{ version: '4', receiver: 'faultline', groupKey: 'g' },
      alerts: [{ ...listed('0001', { labels }), status: 'firing' }],
    };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/alertmanager', payload });
    expect([answer.json(), (await alarms()).map(({ id }) => id)]).toEqual([{ taken: 0, truncated: 0 }, ['a1']]);
  });

  it('does many at once', async () => {
    const many = Array.from({ length: 250 }, (_, index) => listed(`f${index}`));
    await round(many);
    const count = async (isOpen: boolean) =>
      (
        await context.db
          .selectFrom('alarms')
          .select('id')
          .where('cleared', isOpen ? 'is' : 'is not', null)
          .execute()
      ).length;
    expect([await count(true), heard.length]).toEqual([250, 250]);
    await round(many.slice(0, 10));
    expect([await count(true), await count(false)]).toEqual([10, 240]);
  });
});
