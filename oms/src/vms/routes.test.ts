import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { METRICS, VmDetails, VmList, type GuestProbeReport } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { CYCLE_METRICS, cycleFromSamples, ingestCycle, parseMetrics } from '../cycles/index.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';
import { metricsText } from '../testing/metrics-text.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const NOW = 1_700_000_000_000;
const VM = `domain="web",uuid="${UUID}"`;

let context: OmsContext;
let app: FastifyInstance;
async function open(engine?: Engine): Promise<void> {
  context = await testContext({ ...(engine && { db: await engine.open() }), now: () => NOW });
  app = await createServer(context);
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

/** A cycle of the host with one VM, and what else its scrape says of it. */
async function cycle(number: number, ...lines: string[]): Promise<void> {
  const at = NOW - 60_000 + number * 5000;
  const domains = [{ name: 'web', uuid: UUID, raw: { state: 'running', reason: 'booted' } as const }];
  const text = `${metricsText({ number, at, domains })}${lines.join('\n')}\n`;
  await ingestCycle(context.db, cycleFromSamples(parseMetrics(text, CYCLE_METRICS)), context.config);
}
const guest = (id: string, at: number, nics: { mac: string; ip: string | null }[]): GuestProbeReport => ({
  ...{ type: 'guest-probe', id, vm: { uuid: UUID, name: 'web' }, at, durationMs: 5, agent: 'answering', agentText: '' },
  ...{ os: 'linux', verdict: 'ok', suppressed: null, readOnly: [] },
  external: { address: null, result: 'not-configured', exitCode: null, text: '' },
  nics: nics.map((nic) => ({
    ...nic,
    addressConfirmed: null,
    type: null,
    gateway: { address: null, result: 'not-configured', exitCode: null, text: '' },
  })),
});
const report = (...reports: GuestProbeReport[]) =>
  app.inject({ method: 'POST', url: '/api/v1/reports', payload: { host: 'hA', reports } });
async function get(): Promise<VmDetails> {
  const vm = (await app.inject(`/api/v1/vms/${UUID}`)).json<VmDetails>();
  expect(Value.Check(VmDetails, vm)).toBe(true);
  return vm;
}
const patch = (payload: unknown, uuid = UUID) =>
  app.inject({
    method: 'PATCH',
    url: `/api/v1/vms/${uuid}`,
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const audited = () => context.db.selectFrom('audit').select(['what', 'target', 'details']).execute();

onEachEngine('what is known of a VM (A3, A5)', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('comes from its host’s cycles and from what its guest tells', async () => {
    await cycle(
      1,
      `${METRICS.domainOpenstackInfo}{${VM},user_name="ana",project_name="shop"} 1`,
      `${METRICS.domainInterfaceInfo}{${VM},mac_address="52:54:00:00:00:01"} 1`,
    );
    const sent = await report(guest('g1', NOW - 1000, [{ mac: '52:54:00:00:00:01', ip: '10.0.0.5' }]));
    expect(sent.statusCode).toBe(200);
    expect(await get()).toEqual({
      ...{ uuid: UUID, name: 'web', host: 'hA', firstSeen: NOW - 55_000, lastSeen: NOW - 1000, state: null },
      ...{ owner: 'ana', project: 'shop', group: null, important: false },
      ...{ ips: ['10.0.0.5'], macs: ['52:54:00:00:00:01'] },
    });
    const list = (await app.inject('/api/v1/vms')).json<VmList>();
    expect(Value.Check(VmList, list)).toBe(true);
    expect(list.vms).toEqual([await get()]);
  });

  it('stays when a cycle or a guest says less, and survives that a cycle is sent twice', async () => {
    await cycle(1, `${METRICS.guestNicInfo}{${VM},mac="52:54:00:00:00:01",ip="10.0.0.5"} 1`);
    await cycle(2);
    await cycle(1, `${METRICS.guestNicInfo}{${VM},mac="52:54:00:00:00:01",ip="10.0.0.99"} 1`);
    await report(guest('g1', NOW - 1000, [{ mac: '52:54:00:00:00:01', ip: null }]));
    expect(await get()).toMatchObject({ ips: ['10.0.0.5'], macs: ['52:54:00:00:00:01'] });
  });

  it('is what an operator says, until that is taken back; each change is audited', async () => {
    await cycle(1, `${METRICS.domainOpenstackInfo}{${VM},user_name="ana",project_name="shop"} 1`);
    const answer = await patch({
      ...{ owner: 'bob', group: 'front', important: true },
      addresses: ['192.0.2.7', '2001:DB8::0001', '52-54-00-00-00-0A'],
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      ...{ owner: 'bob', project: 'shop', group: 'front', important: true },
      ...{ ips: ['192.0.2.7', '2001:db8::1'], macs: ['52:54:00:00:00:0a'] },
    });
    await cycle(2, `${METRICS.domainOpenstackInfo}{${VM},user_name="ana",project_name="shop"} 1`);
    expect(await get()).toEqual({ ...answer.json<VmDetails>(), lastSeen: NOW - 50_000 });
    await patch({ owner: null, addresses: [] });
    expect(await get()).toMatchObject({ owner: 'ana', group: 'front', important: true, ips: [], macs: [] });
    await patch({ important: false });
    expect((await get()).important).toBe(false);
    expect(await audited()).toHaveLength(3);
    expect((await audited())[1]).toEqual({
      what: 'vm.describe',
      target: `vm/${UUID}`,
      details: '{"owner":null,"addresses":[]}',
    });
  });
});

describe('PATCH /api/v1/vms/:uuid', () => {
  beforeEach(async () => {
    await open();
    await cycle(1);
  });
  afterEach(close);

  it.each<[unknown, number, string, string | null]>([
    [{}, 400, 'invalid', null],
    [[], 400, 'invalid', null],
    ['', 400, 'not-json', null],
    ['{"owner":', 400, 'not-json', null],
    [{ owner: '' }, 400, 'invalid', '/owner'],
    [{ owner: 'x'.repeat(256) }, 400, 'invalid', '/owner'],
    [{ owner: `a${String.fromCharCode(0)}` }, 400, 'invalid', '/owner'],
    [{ owner: 5 }, 400, 'invalid', '/owner'],
    [{ important: 'yes' }, 400, 'invalid', '/important'],
    [{ uuid: UUID }, 400, 'invalid', '/uuid'],
    [{ name: 'x' }, 400, 'invalid', '/name'],
    [{ addresses: 'x' }, 400, 'invalid', '/addresses'],
    [{ addresses: Array.from({ length: 65 }, (_, index) => `10.0.0.${index}`) }, 400, 'invalid', '/addresses'],
    [{ addresses: ['10.0.0.1', "10.0.0.1'; drop table vms"] }, 400, 'address-invalid', '/addresses/1'],
    [{ addresses: ['10.0.0.0/8'] }, 400, 'address-invalid', '/addresses/0'],
    [{ owner: 'ana', addresses: ['fe80::1%eth0'] }, 400, 'address-invalid', '/addresses/0'],
    [{ owner: 'x'.repeat(300_000) }, 413, 'body-too-large', null],
  ])('refuses %.60j and changes nothing', async (payload, status, code, field) => {
    const answer = await patch(payload);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code, ...(field !== null && { field }) }]);
    expect(await get()).toMatchObject({ owner: null, ips: [], important: false });
    expect(await audited()).toEqual([]);
  });

  it('takes hostile texts as the texts they are', async () => {
    const owner = "Robert'); drop table vms;-- <b>\u202e";
    await patch({ owner });
    expect((await get()).owner).toBe(owner);
  });

  it('says so where the VM is not known, or no VM is named', async () => {
    const other = UUID.replaceAll('1', '2');
    expect((await patch({ owner: 'ana' }, other)).json()).toMatchObject({ code: 'vm-unknown', status: 404 });
    expect((await app.inject(`/api/v1/vms/${other}`)).statusCode).toBe(404);
    expect((await patch({ owner: 'ana' }, 'web')).json()).toMatchObject({ code: 'invalid', status: 400 });
  });

  it('changes nothing of a recorded incident', async () => {
    await app.close();
    app = await createServer({ ...context, recording: { name: 'r', title: 'R', from: 0, to: 1 } });
    expect((await patch({ owner: 'ana' })).json()).toMatchObject({ code: 'recording', status: 409 });
    expect((await get()).owner).toBeNull();
  });
});
