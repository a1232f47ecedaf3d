import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Operation, OperationPage } from '@faultline/contracts';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import type { OmsDatabase } from '../database/index.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from '../testing/context.ts';
import { rememberVm } from '../vms/index.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';
import { storeOperation } from './store.ts';

let db: OmsDatabase;
let libvirtd: FakeLibvirtd;
let app: FastifyInstance;
let vm: string;

async function serve(more: Partial<OmsContext> = {}): Promise<FastifyInstance> {
  const config = testConfig('--control.host', `hA=${libvirtd.uri}`);
  return createServer(await testContext({ config, db, ...more }));
}

async function open(engine: Engine): Promise<void> {
  db = await engine.open();
  libvirtd = await FakeLibvirtd.start({ domains: [{ name: 'web' }, { name: 'far' }] });
  vm = libvirtd.domainNamed('web').uuid;
  await remember('web', 'hA');
  app = await serve();
}

async function close(): Promise<void> {
  await app.close();
  await libvirtd.stop();
  await db.destroy();
}

const remember = (name: string, host: string) =>
  rememberVm(
    db,
    { vm: { uuid: libvirtd.domainNamed(name).uuid, name }, host, at: 1, active: true },
    { staleAfterMs: 45_000 },
  );
const post = (payload: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/operations',
    headers,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const get = (id: string) => app.inject({ method: 'GET', url: `/api/v1/operations/${encodeURIComponent(id)}` });
const migration = (more: object) => asked({ kind: 'migrate', toHost: 'hB', ...more });
const snapshot = (more: object) => asked({ kind: 'snapshot', name: 's', pool: 'p', ...more });
const disk = (more: object) => asked({ kind: 'attach-disk', pool: 'p', volume: 'v', ...more });
const create = (definition: object) => asked({ kind: 'create', host: 'hA', definition });
const xml = (text: string) => ({ type: 'xml', xml: text });
const spec = (more: object) => create({ type: 'spec', name: 'n', memoryMib: 64, vcpus: 1, ...more });
const asked = (more: object = {}) => ({ id: 'op/1@ana', vm, kind: 'stop', initiator: 'ana', ...more });

async function ended(id: string): Promise<Operation> {
  for (;;) {
    const operation = (await get(id)).json<Operation>();
    if (operation.result !== 'running') return operation;
    await new Promise(setImmediate);
  }
}

onEachEngine('the routes of operations', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('take a request with 202 and the running record, and tell the outcome when asked', async () => {
    const response = await post(asked());
    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({ id: 'op/1@ana', result: 'running', vm: { uuid: vm, name: 'web' } });
    const operation = await ended('op/1@ana');
    expect(Value.Check(Operation, operation)).toBe(true);
    expect(operation).toMatchObject({ result: 'ok' });
    expect(operation.hops).toHaveLength(6);
  });

  it('answer the same request again with 200 and its record, and another one under its id with 409', async () => {
    await post(asked());
    const operation = await ended('op/1@ana');
    const again = await post(asked());
    expect([again.statusCode, again.json()]).toEqual([200, operation]);
    const other = await post(asked({ kind: 'start' }));
    expect([other.statusCode, other.json()]).toMatchObject([409, { code: 'operation-id-conflict', field: '/id' }]);
  });

  it('refuse with 409 what is recorded as failed all the same (A30)', async () => {
    await remember('far', 'hB');
    const response = await post(asked({ id: 'op-far', vm: libvirtd.domainNamed('far').uuid }));
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({ code: 'vm-not-on-a-controlled-host', field: '/vm' });
    expect((await get('op-far')).json()).toMatchObject({ result: 'failed' });

    libvirtd.hold({ procedure: 'domainShutdown' });
    await post(asked());
    const busy = await post(asked({ id: 'op-2' }));
    expect([busy.statusCode, busy.json()]).toMatchObject([
      409,
      { code: 'vm-busy', detail: 'stop by ana is under way on this VM (operation op/1@ana)' },
    ]);
    libvirtd.release();
    await ended('op/1@ana');
  });

  it('list operations without their hops, the last started first, page by page, by what is asked', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    const store = (id: string, started: number, more: Partial<Operation> = {}) =>
      db.transaction().execute((trx) =>
        storeOperation(trx, {
          ...{
            id,
            kind: 'stop',
            initiator: 'ana',
            started,
            ended: started + 1,
            result: 'ok',
            source: 'nova',
            hops: [],
          },
          vm: { uuid: other, name: 'db' },
          ...more,
        }),
      );
    await store('a', 10);
    await store('b', 20, { kind: 'start', initiator: 'bob' });
    await store('c', 20, { result: 'failed', cause: 'no space' });
    await store('d', 30, { vm: { uuid: vm, name: 'web' } });
    const list = async (query: Record<string, string> = {}): Promise<OperationPage> => {
      const page = (await app.inject({ url: '/api/v1/operations', query })).json<OperationPage>();
      expect(Value.Check(OperationPage, page)).toBe(true);
      return page;
    };
    const ids = async (query: Record<string, string> = {}): Promise<string> =>
      (await list(query)).items.map(({ id }) => id).join(' ');
    expect(await ids()).toBe('d c b a');
    expect((await list()).items[1]).not.toHaveProperty('hops');
    expect(await ids({ vm: other })).toBe('c b a');
    expect(await ids({ kind: 'start' })).toBe('b');
    expect(await ids({ result: 'failed' })).toBe('c');
    expect(await ids({ initiator: 'bob' })).toBe('b');
    expect(await ids({ from: '20', to: '29' })).toBe('c b');
    expect(await ids({ initiator: "bob' or '1'='1" })).toBe('');
    const first = await list({ limit: '2' });
    expect(first.items.map(({ id }) => id)).toEqual(['d', 'c']);
    await store('e', 40);
    expect(await list({ limit: '2', cursor: String(first.next) })).toMatchObject({
      items: [{ id: 'b' }, { id: 'a' }],
      next: null,
    });
    await post(asked());
    await ended('op/1@ana');
    expect(await ids({ host: 'hA' })).toBe('op/1@ana');
    for (const query of ['?limit=0', '?kind=dance', '?cursor=x', '?vm=web', '?nonsense=1']) {
      expect((await app.inject(`/api/v1/operations${query}`)).statusCode).toBe(400);
    }
  });

  it('perform nothing while a recorded incident is shown', async () => {
    await app.close();
    app = await serve({ recording: { name: 'r', title: 'R', from: 0, to: 1 } });
    const response = await post(asked());
    expect([response.statusCode, response.json()]).toMatchObject([409, { code: 'recording' }]);
    expect(libvirtd.connections).toBe(0);
  });
});

onEachEngine('the routes of operations, of refused requests,', (engine) => {
  // One server for all: what one refused request leaves behind, the next ones would find.
  beforeAll(() => open(engine));
  afterAll(close);

  it.each<[string, () => unknown, number, string, string | undefined]>([
    ['no VM of ours', () => asked({ vm: '00000000-0000-0000-0000-000000000000' }), 404, 'vm-unknown', '/vm'],
    ['an upper-case UUID', () => asked({ vm: vm.toUpperCase().replace(/^./, 'A') }), 400, 'invalid', '/vm'],
    ['no VM', () => asked({ vm: undefined }), 400, 'invalid', '/vm'],
    ['a kind that is not performed', () => asked({ kind: 'clone' }), 400, 'invalid', '/kind'],
    ['no kind', () => asked({ kind: undefined }), 400, 'invalid', '/kind'],
    ['a list for a kind', () => asked({ kind: ['stop'] }), 400, 'invalid', '/kind'],
    ['a start by force', () => asked({ kind: 'start', force: true }), 400, 'invalid', '/force'],
    ['a migration to nowhere', () => asked({ kind: 'migrate' }), 400, 'invalid', '/toHost'],
    ['a migration in no time', () => migration({ timeoutMs: 0 }), 400, 'invalid', '/timeoutMs'],
    ['a migration without end', () => migration({ timeoutMs: 1e308 }), 400, 'invalid', '/timeoutMs'],
    ['a migration of half a bandwidth', () => migration({ bandwidthMibps: 0.5 }), 400, 'invalid', '/bandwidthMibps'],
    ['a migration that copies anything', () => migration({ copyDisks: true }), 400, 'invalid', '/copyDisks'],
    ['a snapshot without a pool', () => asked({ kind: 'snapshot', name: 's' }), 400, 'invalid', '/pool'],
    ['a snapshot out of its folder', () => snapshot({ name: '../../etc/s' }), 400, 'invalid', '/name'],
    ['a snapshot named with a line end', () => snapshot({ name: 's\n' }), 400, 'invalid', '/name'],
    ['a snapshot named with markup', () => snapshot({ name: '<b>' }), 400, 'invalid', '/name'],
    ['a snapshot of no disk', () => snapshot({ disks: [] }), 400, 'invalid', '/disks'],
    ['a snapshot of a disk twice', () => snapshot({ disks: ['vda', 'vda'] }), 400, 'invalid', '/disks'],
    ['a snapshot of a path', () => snapshot({ disks: ['/dev/sda'] }), 400, 'invalid', '/disks/0'],
    ['a disk without a volume', () => asked({ kind: 'attach-disk', pool: 'p' }), 400, 'invalid', '/volume'],
    ['a disk by its path', () => disk({ volume: '/etc/shadow' }), 400, 'invalid', '/volume'],
    ['a disk with a control character', () => disk({ pool: 'a\u0000b' }), 400, 'invalid', '/pool'],
    ['a disk at a target of no bus', () => disk({ target: "vda' bus='x" }), 400, 'invalid', '/target'],
    ['a disk on a bus of no machine', () => disk({ bus: 'isa' }), 400, 'invalid', '/bus'],
    ['a VM on no host', () => asked({ kind: 'create', definition: xml('<domain/>') }), 400, 'invalid', '/host'],
    ['a VM of nothing', () => create({ type: 'image' }), 400, 'invalid', '/definition/type'],
    [
      'a VM without memory',
      () => create({ type: 'spec', name: 'n', vcpus: 1 }),
      400,
      'invalid',
      '/definition/memoryMib',
    ],
    ['a VM with too much memory', () => spec({ memoryMib: 2 ** 53 }), 400, 'invalid', '/definition/memoryMib'],
    ['a VM with a path for a name', () => spec({ name: 'a/b' }), 400, 'invalid', '/definition/name'],
    [
      'a VM with a disk of our file',
      () => spec({ disks: [{ pool: 'p', volume: 'v', path: '/x' }] }),
      400,
      'invalid',
      '/definition/disks/0/path',
    ],
    ['a VM of a novel', () => create(xml('x'.repeat(65_537))), 400, 'invalid', '/definition/xml'],
    ['a VM of half an XML', () => create(xml('<domain><name>a')), 400, 'definition-invalid', '/definition/xml'],
    ['a VM of no XML', () => create(xml('domain')), 400, 'definition-invalid', '/definition/xml'],
    ['a VM of a network', () => create(xml('<network/>')), 400, 'definition-invalid', '/definition/xml'],
    [
      'a VM without a name',
      () => create(xml(`<domain><uuid>${vm}</uuid></domain>`)),
      400,
      'definition-invalid',
      undefined,
    ],
    ['a VM without a UUID', () => create(xml('<domain><name>n</name></domain>')), 400, 'definition-invalid', undefined],
    [
      'a VM with the UUID of another',
      () => create(xml('<domain><name>n</name><uuid>00000000-0000-4000-8000-000000000000</uuid></domain>')),
      400,
      'definition-invalid',
      '/definition/xml',
    ],
    [
      'a VM with a file of ours in its name',
      () =>
        create(
          xml(
            `<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><domain><name>&e;</name><uuid>${vm}</uuid></domain>`,
          ),
        ),
      400,
      'definition-invalid',
      '/definition/xml',
    ],
    ['a kind of the prototype', () => asked({ kind: 'constructor' }), 400, 'invalid', '/kind'],
    ['no initiator', () => asked({ initiator: '' }), 400, 'invalid', '/initiator'],
    ['an initiator without end', () => asked({ initiator: 'a'.repeat(256) }), 400, 'invalid', '/initiator'],
    ['an id with a blank', () => asked({ id: 'op 1' }), 400, 'invalid', '/id'],
    ['an id without end', () => asked({ id: 'a'.repeat(129) }), 400, 'invalid', '/id'],
    ['a number for a name', () => asked({ initiator: 7 }), 400, 'invalid', '/initiator'],
    ['a word for force', () => asked({ force: 'yes' }), 400, 'invalid', '/force'],
    ['a field that nobody knows', () => asked({ host: 'hA' }), 400, 'invalid', '/host'],
    ['a list', () => [], 400, 'invalid', ''],
    ['nothing', () => '', 400, 'not-json', undefined],
    ['half a JSON', () => '{"id": "op-1"', 400, 'not-json', undefined],
    ['more than is read', () => asked({ initiator: 'a'.repeat(300_000) }), 413, 'body-too-large', undefined],
  ])('refuse %s', async (_what, body, status, code, field) => {
    const response = await post(body());
    expect([response.statusCode, response.json()]).toMatchObject([
      status,
      { code, ...(field === undefined ? {} : { field }) },
    ]);
    expect((await get('op/1@ana')).statusCode).toBe(404);
    expect(libvirtd.calls.filter(({ procedure }) => procedure.startsWith('domain'))).toEqual([]);
  });

  it('refuse what does not say that it is JSON', async () => {
    const response = await post('<op/>', { 'content-type': 'application/xml' });
    expect([response.statusCode, response.json()]).toMatchObject([415, { code: 'unsupported-media-type' }]);
  });

  it('say that there is no operation under an id', async () => {
    const response = await get('op-9');
    expect([response.statusCode, response.json()]).toMatchObject([404, { code: 'operation-unknown' }]);
    expect((await get('a b')).statusCode).toBe(400);
  });
});
