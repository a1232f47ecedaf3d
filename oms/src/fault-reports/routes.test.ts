import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultReport, FaultReportPage, type VmPatch } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';
import { rememberVm } from '../vms/index.ts';

const uuid = (digit: number): string => `${digit}1111111-1111-4111-8111-111111111111`;
const [WEB, DB, OLD] = [uuid(1), uuid(2), uuid(3)];
const NOW = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

let context: OmsContext;
let app: FastifyInstance;
let now: number;
async function open(engine?: Engine): Promise<void> {
  now = NOW;
  context = await testContext({ ...(engine && { db: await engine.open() }), now: () => now });
  app = await createServer(context);
  await see(WEB, 'web', NOW - 1000);
  await see(DB, 'db', NOW - 2000);
  await know(WEB, { owner: 'ana', addresses: ['10.0.0.1', '52:54:00:00:00:01'] });
  await know(DB, { owner: 'ana', addresses: ['10.0.0.2', '2001:db8::2'] });
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

const see = (vm: string, name: string, at: number): Promise<void> =>
  rememberVm(context.db, { vm: { uuid: vm, name }, host: 'hA', at, active: true }, { staleAfterMs: 45_000 });
const know = (vm: string, payload: VmPatch) => app.inject({ method: 'PATCH', url: `/api/v1/vms/${vm}`, payload });
const send = (url: string, payload: unknown) =>
  app.inject({
    method: 'POST',
    url: `/api/v1/fault-reports${url}`,
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const report = (more: object) => send('', { id: 'f1', reporter: 'desk', symptom: 'it does not answer', ...more });
async function taken(status: number, more: object): Promise<FaultReport> {
  const answer = await report(more);
  expect([answer.statusCode, answer.json()]).toEqual([status, expect.anything()]);
  expect(Value.Check(FaultReport, answer.json())).toBe(true);
  return answer.json<FaultReport>();
}
async function list(query: Record<string, string> = {}): Promise<FaultReport[]> {
  const answer = await app.inject({ url: '/api/v1/fault-reports', query });
  expect(Value.Check(FaultReportPage, answer.json())).toBe(true);
  return answer.json<FaultReportPage>().items;
}
const ids = async (query: Record<string, string> = {}): Promise<string> =>
  (await list(query)).map(({ id }) => id).join(' ');

onEachEngine('a fault report (A3-A5, A11)', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it.each([
    [{ vmName: 'web' }, { by: 'vmName', value: 'web' }],
    [{ ip: '10.0.0.1' }, { by: 'ip', value: '10.0.0.1' }],
    [{ uuid: WEB }, { by: 'uuid', value: WEB }],
  ])('of one VM, named by %j, leads to its timeline', async (naming, named) => {
    const answer = await taken(201, { ...naming, at: NOW - HOUR_MS });
    expect(answer).toEqual({
      ...{ id: 'f1', named, reporter: 'desk', symptom: 'it does not answer', at: NOW - HOUR_MS, received: NOW },
      ...{ vm: { uuid: WEB, name: 'web' }, resolved: { at: NOW, by: null }, candidates: [], verdict: null },
      timeline: {
        console: `/?vm=${WEB}&from=${NOW - 2 * HOUR_MS}&to=now`,
        query: { type: 'timeline', vm: WEB, from: NOW - 2 * HOUR_MS, to: NOW },
      },
    });
    const timeline = await app.inject({ method: 'POST', url: '/api/v1/query', payload: answer.timeline?.query ?? {} });
    expect(timeline.statusCode).toBe(200);
    expect(await ids({ resolved: 'true' })).toBe('f1');
    expect(await ids({ vm: WEB })).toBe('f1');
  });

  it('finds an IPv6 address in whatever form it is written', async () => {
    expect((await taken(201, { ip: '2001:0DB8:0::2' })).vm?.uuid).toBe(DB);
  });

  it('of several VMs is kept with the candidates, of whom one can be chosen later', async () => {
    const answer = await taken(202, { user: 'ana' });
    expect([answer.vm, answer.resolved, answer.timeline]).toEqual([null, null, null]);
    expect(answer.candidates).toEqual([
      ...[{ uuid: WEB, name: 'web', host: 'hA', owner: 'ana', project: null, ips: ['10.0.0.1'], lastSeen: NOW - 1000 }],
      expect.objectContaining({ uuid: DB, ips: ['10.0.0.2', '2001:db8::2'] }),
    ]);
    expect(await list({ resolved: 'false' })).toEqual([answer]);
    now += 5000;
    const chosen = (await send('/f1/resolve', { vm: DB, by: 'eve' })).json<FaultReport>();
    expect(chosen).toMatchObject({ vm: { uuid: DB, name: 'db' }, resolved: { at: now, by: 'eve' }, candidates: [] });
    expect(await list({ resolved: 'false' })).toEqual([]);
    expect((await send('/f1/resolve', { vm: DB })).json()).toEqual(chosen);
    const other = await send('/f1/resolve', { vm: WEB });
    expect([other.statusCode, other.json()]).toMatchObject([409, { code: 'fault-report-resolved' }]);
    expect(await taken(200, { user: 'ana' })).toEqual(chosen);
    const audit = await context.db.selectFrom('audit').select('what').where('target', '=', 'fault-report/f1').execute();
    expect(audit).toEqual([{ what: 'fault-report.resolve' }, { what: 'fault-report.resolve' }]);
  });

  it('of none is answered 404, kept and listed, and looked up again when it is sent again', async () => {
    const answer = await report({ vmName: 'mail' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      404,
      { code: 'fault-report-vm-unknown', field: '/vmName' },
    ]);
    expect(await list({ resolved: 'false' })).toMatchObject([{ id: 'f1', vm: null, candidates: [], received: NOW }]);
    expect((await report({ vmName: 'mail' })).statusCode).toBe(404);
    expect(await ids()).toBe('f1');
    await see(OLD, 'mail', NOW);
    now += 60_000;
    expect(await taken(200, { vmName: 'mail' })).toMatchObject({ vm: { uuid: OLD }, at: NOW, received: NOW });
    expect((await app.inject('/api/v1/fault-reports/f1')).json()).toMatchObject({ vm: { uuid: OLD } });
  });

  it('means the VM that is there, and not one of the same name that nobody spoke of for a day', async () => {
    await see(OLD, 'web', NOW - 25 * HOUR_MS);
    expect((await taken(201, { vmName: 'web' })).vm?.uuid).toBe(WEB);
    now += 48 * HOUR_MS;
    expect((await taken(202, { id: 'f2', vmName: 'web' })).candidates.map((vm) => vm.uuid)).toEqual([WEB, OLD]);
  });

  it('is kept once under its id, and another one under it is refused', async () => {
    const first = await taken(201, { vmName: 'web' });
    now += 1000;
    expect(await taken(200, { vmName: 'web' })).toEqual(first);
    for (const more of [{ vmName: 'db' }, { uuid: WEB }, { vmName: 'web', symptom: 'x' }, { vmName: 'web', at: 5 }]) {
      const answer = await report(more);
      expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'fault-report-id-conflict' }]);
    }
    expect(await list()).toEqual([first]);
  });

  it('is listed page by page, the last received first', async () => {
    for (let index = 0; index < 5; index += 1) await taken(201, { id: `f${index}`, vmName: 'web' });
    const first = (await app.inject('/api/v1/fault-reports?limit=3')).json<FaultReportPage>();
    const second = await list({ limit: '3', cursor: first.next ?? '' });
    expect([...first.items, ...second].map(({ id }) => id)).toEqual(['f4', 'f3', 'f2', 'f1', 'f0']);
  });
});

describe('a fault report that is refused', () => {
  // One server for all: what one refused request leaves behind, the next ones would find.
  beforeAll(() => open());
  afterAll(close);

  const NUL = String.fromCharCode(0);
  it.each<[string, object | string, number, string, string | null]>([
    ['names no VM', {}, 400, 'fault-report-naming', null],
    ['names it twice', { vmName: 'web', user: 'ana' }, 400, 'fault-report-naming', null],
    ['has no symptom', { vmName: 'web', symptom: '' }, 400, 'invalid', '/symptom'],
    ['has a symptom without end', { vmName: 'web', symptom: 'x'.repeat(4097) }, 400, 'invalid', '/symptom'],
    ['is a megabyte', { vmName: 'web', symptom: 'x'.repeat(1_048_576) }, 413, 'body-too-large', null],
    ['has no reporter', { vmName: 'web', reporter: undefined }, 400, 'invalid', '/reporter'],
    ['has no id', { vmName: 'web', id: undefined }, 400, 'invalid', '/id'],
    ['has a blank in its id', { vmName: 'web', id: 'f 1' }, 400, 'invalid', '/id'],
    ['has a number for a name', { vmName: 7 }, 400, 'invalid', '/vmName'],
    ['has no address for an address', { ip: 'web' }, 400, 'address-invalid', '/ip'],
    ['has a MAC for an address', { ip: '52:54:00:00:00:01' }, 400, 'address-invalid', '/ip'],
    ['has a name for a UUID', { uuid: 'web' }, 400, 'invalid', '/uuid'],
    ['is of the future', { vmName: 'web', at: NOW + 11 * 60_000 }, 400, 'report-times', '/at'],
    ['has no time for a time', { vmName: 'web', at: 1e300 }, 400, 'invalid', '/at'],
    ['says what nobody asks', { vmName: 'web', verdict: 'host' }, 400, 'invalid', '/verdict'],
    ['is half', '{"id":"f1"', 400, 'not-json', null],
    ['is a list', '[]', 400, 'invalid', null],
    ['names by what ends texts elsewhere', { vmName: `web${NUL}` }, 400, 'invalid', '/vmName'],
    ['has control signs in its symptom', { vmName: 'web', symptom: `a${NUL}b` }, 400, 'invalid', '/symptom'],
  ])('%s', async (_what, more, status, code, field) => {
    const answer = typeof more === 'string' ? await send('', more) : await report(more);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code, ...(field !== null && { field }) }]);
    expect(await list()).toEqual([]);
  });

  it('to be resolved: unknown reports, unknown VMs, and what is no VM', async () => {
    await report({ vmName: "x' or 1=1 --" });
    const answers = [
      ...[await send('/f2/resolve', { vm: WEB }), await send('/f1/resolve', { vm: uuid(9) })],
      ...[await send('/f1/resolve', { vm: 'web' }), await send('/f1/resolve', {})],
    ];
    expect(answers.map((answer) => answer.json<{ code: string }>().code)).toEqual([
      ...['fault-report-unknown', 'vm-unknown', 'invalid', 'invalid'],
    ]);
    expect(await ids({ resolved: 'false' })).toBe('f1');
    expect((await app.inject('/api/v1/fault-reports/f2')).statusCode).toBe(404);
    expect((await app.inject('/api/v1/fault-reports?resolved=perhaps')).statusCode).toBe(400);
  });
});
