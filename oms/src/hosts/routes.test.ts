import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HostCycles, HostList, IsolationPage, type Host } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { heldUntilNext, ingestCycle, type HardwareFact } from '../cycles/index.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { rememberVm } from '../vms/index.ts';
import { isolationBook } from './index.ts';

/** Nobody listens there: what is done with hosts needs none of them. */
const NOWHERE = 'qemu+unix:///system?socket=/nowhere/libvirt-sock';

onEachEngine('the routes of hosts (A31)', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance;
  let now = 10_000;

  beforeEach(async () => {
    now = 10_000;
    context = await testContext({
      db: await engine.open(),
      now: () => now,
      config: testConfig('--control.host', `hA=${NOWHERE}`),
    });
    const vm = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
    await rememberVm(context.db, { vm, host: 'hB', at: 1, active: true }, context.config);
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });

  const url = (host: string, rest: string) => `/api/v1/hosts/${encodeURIComponent(host)}/${rest}`;
  const isolate = (host: string, payload: unknown) =>
    app.inject({
      method: 'PUT',
      url: url(host, 'isolation'),
      headers: { 'content-type': 'application/json' },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  const release = (host: string, query = 'by=ana') =>
    app.inject({ method: 'DELETE', url: `${url(host, 'isolation')}?${query}` });
  async function hosts(): Promise<Host[]> {
    const body = (await app.inject('/api/v1/hosts')).json<HostList>();
    expect(Value.Check(HostList, body)).toBe(true);
    return body.hosts;
  }
  async function history(host: string): Promise<IsolationPage['items']> {
    const body = (await app.inject(url(host, 'isolations'))).json<IsolationPage>();
    expect(Value.Check(IsolationPage, body)).toBe(true);
    return body.items;
  }
  const isolationOf = async (host: string) => (await hosts()).find(({ name }) => name === host)?.isolation;

  it('list the hosts that are controlled and those that have VMs', async () => {
    expect(await hosts()).toEqual([
      { name: 'hA', controlled: true, vms: 0, isolation: null },
      { name: 'hB', controlled: false, vms: 1, isolation: null },
    ]);
  });

  it('isolate a host, say who and why, and put it back into use', async () => {
    const answer = await isolate('hA', { by: 'ana', why: 'its memory fails' });
    const isolation = { by: 'ana', why: 'its memory fails', since: 10_000 };
    expect([answer.statusCode, answer.json()]).toEqual([200, isolation]);
    expect(await isolationOf('hA')).toEqual(isolation);
    expect(await isolationBook(context.db, () => now).of('hA')).toEqual(isolation);
    expect(await isolationBook(context.db, () => now).of('hB')).toBeUndefined();
    now = 20_000;
    const over = { ...isolation, ended: 20_000, endedBy: 'bob' };
    expect((await release('hA', 'by=bob')).json()).toEqual(over);
    expect(await isolationOf('hA')).toBeNull();
    expect(await history('hA')).toEqual([over]);
  });

  it('keep the history when the reason changes', async () => {
    await isolate('hA', { by: 'ana', why: 'its memory fails' });
    now = 11_000;
    await isolate('hA', { by: 'bob', why: 'the memory is being changed', until: 50_000 });
    expect(await isolationOf('hA')).toMatchObject({ by: 'bob', until: 50_000 });
    expect(await history('hA')).toEqual([
      { by: 'bob', why: 'the memory is being changed', since: 11_000, until: 50_000 },
      { by: 'ana', why: 'its memory fails', since: 10_000, ended: 11_000, endedBy: 'bob' },
    ]);
  });

  it('let an isolation end by itself', async () => {
    await isolate('hB', { by: 'ana', why: 'a new kernel', until: 15_000 });
    now = 14_999;
    expect(await isolationOf('hB')).toMatchObject({ until: 15_000 });
    now = 15_000;
    expect(await isolationOf('hB')).toBeNull();
    expect((await release('hB')).json()).toMatchObject({ code: 'host-not-isolated' });
    expect(await history('hB')).toEqual([{ by: 'ana', why: 'a new kernel', since: 10_000, until: 15_000 }]);
  });

  it('audit both, in the transaction of the act', async () => {
    await isolate('hA', { by: 'ana', why: 'its memory fails' });
    await release('hA');
    const audited = await context.db.selectFrom('audit').selectAll().execute();
    expect(audited).toMatchObject([
      { what: 'host.isolate', target: 'host/hA', why: 'its memory fails' },
      { what: 'host.release', target: 'host/hA' },
    ]);
    await context.db.schema.dropTable('audit').execute();
    expect((await isolate('hB', { by: 'ana', why: 'x' })).statusCode).toBe(500);
    expect(await isolationOf('hB')).toBeNull();
  });

  it.each<[string, string, unknown, number, string, string | undefined]>([
    ['a host that nobody knows', 'hZ', { by: 'ana', why: 'x' }, 404, 'host-unknown', '/host'],
    ['a host that is SQL', "hA' or '1'='1", { by: 'ana', why: 'x' }, 404, 'host-unknown', '/host'],
    ['nobody', 'hA', { why: 'x' }, 400, 'invalid', '/by'],
    ['no reason', 'hA', { by: 'ana' }, 400, 'invalid', '/why'],
    ['an empty reason', 'hA', { by: 'ana', why: '' }, 400, 'invalid', '/why'],
    ['a reason without end', 'hA', { by: 'ana', why: 'x'.repeat(1001) }, 400, 'invalid', '/why'],
    ['a number for a name', 'hA', { by: 1, why: 'x' }, 400, 'invalid', '/by'],
    ['a time in words', 'hA', { by: 'ana', why: 'x', until: 'tomorrow' }, 400, 'invalid', '/until'],
    ['a time beyond all calendars', 'hA', { by: 'ana', why: 'x', until: 1e300 }, 400, 'invalid', '/until'],
    ['a time that is over', 'hA', { by: 'ana', why: 'x', until: 10_000 }, 400, 'isolation-over', '/until'],
    ['a field that nobody knows', 'hA', { by: 'ana', why: 'x', since: 1 }, 400, 'invalid', '/since'],
    ['a list', 'hA', [], 400, 'invalid', undefined],
    ['half a JSON', 'hA', '{"by": "ana"', 400, 'not-json', undefined],
  ])('refuse %s', async (_what, host, payload, status, code, field) => {
    const answer = await isolate(host, payload);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      status,
      { code, ...(field === undefined ? {} : { field }) },
    ]);
    expect((await hosts()).map(({ name, isolation }) => [name, isolation])).toEqual([
      ['hA', null],
      ['hB', null],
    ]);
    expect(await context.db.selectFrom('audit').selectAll().execute()).toEqual([]);
  });

  it('list a host that is heard, also when it has no VM', async () => {
    const heard = { url: 'http://hC:9177/metrics', host: 'hC', lastCycle: 1, error: null };
    const silent = { url: 'http://hD:9177/metrics', host: null, lastCycle: null, error: 'no answer' };
    context.hosts = () => [heard, silent];
    expect((await hosts()).map(({ name }) => name)).toEqual(['hA', 'hB', 'hC']);
  });

  it('tell when the cycles of a host reached libvirtd, what is silence, and the last one', async () => {
    const minute = 60_000;
    const cycle = (number: number, at: number, up = true) =>
      ingestCycle(context.db, { host: 'hA', number, at, up, domains: [] }, context.config);
    now = 100 * minute;
    await cycle(1, 10 * minute);
    await cycle(2, 50 * minute);
    await cycle(3, 50.5 * minute, false);
    await cycle(4, 99.5 * minute);
    const of = async (host: string, query: Record<string, string> = {}): Promise<HostCycles> => {
      const body = (await app.inject({ url: url(host, 'cycles'), query })).json<HostCycles>();
      expect(Value.Check(HostCycles, body)).toBe(true);
      return body;
    };
    const unknown = { state: 'unknown', reasons: '' } as const;
    expect(await of('hA')).toEqual({
      stretches: [
        { from: 50 * minute, to: 50.5 * minute, reached: true, ...unknown, open: false },
        { from: 50.5 * minute, to: 50.5 * minute, reached: false, ...unknown, open: false },
        { from: 99.5 * minute, to: 100 * minute, reached: true, ...unknown, open: true },
      ],
      truncated: false,
      last: { number: 4, at: 99.5 * minute, reached: true, judgement: { state: 'unknown', findings: [] } },
    });
    expect((await of('hA', { from: '0', to: String(20 * minute) })).stretches).toEqual([
      { from: 10 * minute, to: 10 * minute, reached: true, ...unknown, open: false },
    ]);
    expect(await of('hB')).toEqual({ stretches: [], truncated: false, last: null });
  });

  it('tell how each stretch was judged, and what the last cycle found (B2)', async () => {
    const dimm = { kind: 'dimm', id: 'A1', health: 'critical' } as const;
    const problems = [{ problem: 'uncorrected-memory-errors', severity: 'critical' as const }];
    const cycle = (number: number, hardware: HardwareFact[]) =>
      ingestCycle(
        context.db,
        { host: 'hA', number, at: number * 1000, up: true, facts: { hardware }, domains: [] },
        context.config,
      );
    now = 4000;
    await cycle(1, [{ ...dimm, health: 'ok' }]);
    await cycle(3, [{ ...dimm, problems }]);
    // It comes late, and belongs to the first stretch.
    await cycle(2, [{ ...dimm, health: 'ok' }]);
    const { stretches, last } = (await app.inject(`${url('hA', 'cycles')}?from=0`)).json<HostCycles>();
    expect(stretches.map(({ from, to, state, reasons }) => [from, to, state, reasons])).toEqual([
      [1000, 3000, 'normal', ''],
      [3000, 4000, 'abnormal', 'dimm A1 uncorrected-memory-errors'],
    ]);
    expect(last?.judgement).toEqual({
      state: 'abnormal',
      findings: [
        {
          ...{ part: 'box', kind: 'dimm', id: 'A1', finding: 'uncorrected-memory-errors' },
          ...{ severity: 'critical', decides: true },
        },
      ],
    });
  });

  it.each([
    ['a host that nobody knows', 'hZ', '', 'host-unknown'],
    ['a range that ends before it begins', 'hA', '?from=2&to=1', 'range-invalid'],
    ['a time in words', 'hA', '?from=today', 'invalid'],
    ['a field that nobody knows', 'hA', '?since=1', 'invalid'],
  ])('tell no cycles of %s', async (_what, host, query, code) => {
    expect((await app.inject(url(host, `cycles${query}`))).json()).toMatchObject({ code });
  });

  it('refuse to end what does not last, and who says nothing of themselves', async () => {
    expect((await release('hA')).json()).toMatchObject({ status: 409, code: 'host-not-isolated' });
    expect((await release('hZ')).json()).toMatchObject({ status: 404, code: 'host-unknown' });
    expect((await release('hA', '')).json()).toMatchObject({ status: 400, code: 'invalid', field: '/by' });
    expect((await app.inject(url('hZ', 'isolations'))).json()).toMatchObject({ code: 'host-unknown' });
    expect((await app.inject(`${url('hA', 'isolations')}?cursor=x`)).json()).toMatchObject({ code: 'cursor-invalid' });
  });
});

describe('the stretches of a host', () => {
  it('are held until the next cycle, not over a silence, and the last one only while it is heard', () => {
    const run = (from: number, to: number, reached: boolean) => ({
      ...{ host: 'h', from, to, reached },
      ...{ state: 'normal' as const, reasons: '' },
    });
    const runs = [run(0, 10, true), run(12, 20, false), run(50, 60, true)];
    const ends = (now: number) => heldUntilNext(runs, { now, staleAfterMs: 5 }).map(({ to, open }) => [to, open]);
    expect(ends(61)).toEqual([
      [12, false],
      [20, false],
      [61, true],
    ]);
    expect(ends(90).at(-1)).toEqual([60, false]);
    // A host whose clock runs ahead of ours: nothing is told of what is to come.
    expect(ends(55).at(-1)).toEqual([55, true]);
    expect(heldUntilNext([], { now: 1, staleAfterMs: 5 })).toEqual([]);
  });
});
