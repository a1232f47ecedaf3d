import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { SearchAnswer, VariableValues, VmList } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { storeAlarm } from '../alarms/index.ts';
import type { OmsContext } from '../context.ts';
import { storeOperation } from '../operations/index.ts';
import { createServer } from '../server.ts';
import { recordObservations } from '../states/index.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { learnFacts, rememberVm } from '../vms/index.ts';

const T = 1_700_000_000_000;
const uuid = (n: number): string => `${String(n).padStart(8, '0')}-1111-4111-8111-111111111111`;
const OPTIONS = { staleAfterMs: 45_000 };

onEachEngine('finding VMs, hosts and users', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance;
  beforeEach(async () => {
    context = await testContext({ db: await engine.open(), now: () => T });
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });
  async function remember(n: number, name: string, host: string): Promise<string> {
    const vm = { uuid: uuid(n), name };
    await rememberVm(context.db, { vm, host, at: T, active: true }, OPTIONS);
    return vm.uuid;
  }
  async function isIn(n: number, state: 'running' | 'crashed'): Promise<void> {
    const raw = { state, reason: 'unknown' };
    await recordObservations(context.db, 'hA', [{ vm: uuid(n), observation: { at: T, id: 'c:1', raw } }], OPTIONS);
  }
  const describeVm = (vm: string, owner: string, project: string, addresses: string[] = []) =>
    learnFacts(context.db, { source: 'host', at: T }, [{ vm, owner, project, addresses }]);
  const get = async <T>(url: string): Promise<T> => {
    const answer = await app.inject(url);
    expect([url, answer.statusCode]).toEqual([url, 200]);
    return answer.json<T>();
  };
  const namesOf = (list: VmList): string[] => list.vms.map(({ name }) => name);

  it('lists VMs page by page, each once, while VMs come and go between two pages', async () => {
    for (let n = 10; n < 35; n += 1) await remember(n, `vm-${n % 5}`, 'hA');
    const seen: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: VmList = await get<VmList>(`/api/v1/vms?limit=4${after}`);
      seen.push(...page.vms.map((vm) => vm.uuid));
      expect(page.vms.length).toBeLessThanOrEqual(4);
      cursor = page.next;
      pages += 1;
      if (pages === 3) await remember(5, 'vm-0', 'hA');
    }
    expect(pages).toBe(7);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
  });

  it('answers one page of very many', async () => {
    const rows = Array.from({ length: 2500 }, (_, n) => ({
      uuid: uuid(n),
      name: `vm ${n}`,
      host: `h${n % 3}`,
      first_seen: T,
      last_seen: T,
      host_seen: T,
      host_active: 1,
    }));
    for (let start = 0; start < rows.length; start += 500) {
      await context.db
        .insertInto('vms')
        .values(rows.slice(start, start + 500))
        .execute();
    }
    await isIn(2400, 'crashed');
    const first = await get<VmList>('/api/v1/vms');
    expect(first.vms).toHaveLength(1000);
    expect(first.next).not.toBeNull();
    // Also where it is far down the list.
    expect(namesOf(await get<VmList>('/api/v1/vms?state=abnormal&limit=1'))).toEqual(['vm 2400']);
    expect((await get<VariableValues>('/api/v1/variables/hosts')).values.map(({ text }) => text)).toEqual([
      'h0',
      'h1',
      'h2',
    ]);
  });

  it('lists the VMs of a host, in a state, or that bear every word', async () => {
    const web = await remember(1, 'web', 'hA');
    await remember(2, 'db', 'hA');
    await remember(3, 'Web-2', 'hB');
    await isIn(1, 'crashed');
    await isIn(2, 'running');
    await describeVm(web, 'ana', 'shop', ['192.0.2.7']);
    const list = async (query: string) => namesOf(await get<VmList>(`/api/v1/vms?${query}`)).sort();
    expect(await list('host=hA')).toEqual(['db', 'web']);
    expect(await list('state=abnormal')).toEqual(['web']);
    expect(await list('state=unknown')).toEqual(['Web-2']);
    expect(await list('state=running&host=hB')).toEqual([]);
    expect(await list('q=WEB')).toEqual(['Web-2', 'web']);
    expect(await list('q=web%20ana')).toEqual(['web']);
    expect(await list('q=192.0.2.7')).toEqual(['web']);
    expect(await list('q=%25')).toEqual([]);
    expect(await list("q='; drop table vms --")).toEqual([]);
  });

  it('finds by a part of a name, user, host or address, and by the beginning of a UUID', async () => {
    const web = await remember(1, 'web', 'hA');
    const db = await remember(2, 'db', 'hA');
    await remember(3, 'cache', 'hb-ana');
    await describeVm(web, 'Ana', 'shop', ['192.0.2.7']);
    await describeVm(db, 'banana', 'shop');
    const search = (q: string, limit = 20) =>
      get<SearchAnswer>(`/api/v1/search?q=${encodeURIComponent(q)}&limit=${limit}`);
    expect(await search('ana')).toMatchObject({
      vms: [{ name: 'cache' }, { name: 'db', owner: 'banana' }, { name: 'web', owner: 'Ana', ips: ['192.0.2.7'] }],
      hosts: [{ name: 'hb-ana', vms: 1 }],
    });
    expect((await search('ana')).users.map(({ name }) => name).sort()).toEqual(['Ana', 'banana']);
    expect((await search('ana', 1)).vms).toHaveLength(1);
    expect((await search('192.0')).vms.map(({ name }) => name)).toEqual(['web']);
    expect((await search('00000002-1')).vms.map(({ name }) => name)).toEqual(['db']);
    expect((await search('_')).vms).toEqual([]);
    expect(await search('nobody')).toEqual({ vms: [], hosts: [], users: [] });
  });

  it('gives dashboards the values of their variables, of all hosts or of one', async () => {
    const one = await remember(1, 'web', 'hA');
    const other = await remember(2, 'web', 'hB');
    const third = await remember(3, 'db', 'hB');
    await describeVm(one, 'ana', 'shop');
    await describeVm(other, 'ben', 'shop');
    await describeVm(third, 'ben', 'lab');
    await context.db
      .insertInto('vm_facts')
      .values({
        vm: third,
        source: 'operator',
        owner: 'eve',
        project: null,
        vm_group: null,
        important: null,
        last_seen: T,
      })
      .execute();
    const values = async (path: string) => {
      const answer = await get<VariableValues>(`/api/v1/variables/${path}`);
      expect(answer.truncated).toBe(false);
      return answer.values.map(({ text, value }) => (text === value ? text : [text, value]));
    };
    expect(await values('hosts')).toEqual(['hA', 'hB']);
    expect(await values('vms')).toEqual([
      ['db', third],
      ['web (hA)', one],
      ['web (hB)', other],
    ]);
    expect(await values('vms?host=hA')).toEqual([['web', one]]);
    // The operator says that the third one is eve's.
    expect(await values('users')).toEqual(['ana', 'ben', 'eve']);
    expect(await values('users?host=hB')).toEqual(['ben', 'eve']);
    expect(await values('projects')).toEqual(['lab', 'shop']);
    expect(await values('projects?host=nowhere')).toEqual([]);
    expect(await values('vms?user=ben')).toEqual([['web', other]]);
    expect(await values('vms?host=hA&host=hB&project=shop')).toEqual([
      ['web (hA)', one],
      ['web (hB)', other],
    ]);
    expect(await values('hosts?user=eve')).toEqual(['hB']);
    expect(await values('groups')).toEqual([]);
  });

  it('gives the names of alarms and of who asked for operations, of all VMs, of one, or of what is on a host', async () => {
    const web = { uuid: await remember(1, 'web', 'hA'), name: 'web' };
    const other = { uuid: await remember(2, 'db', 'hB'), name: 'db' };
    await describeVm(other.uuid, 'ben', 'shop');
    const common = {
      category: 'processing',
      level: 'major',
      cause: 'c',
      details: {},
      changed: T,
      occurrences: 1,
    } as const;
    const raise = (id: string, name: string, host: string, vm?: typeof web) =>
      storeAlarm(
        context.db,
        { id, key: id, name, host, raised: T, source: 'oms', ...common, ...(vm && { vm }) },
        { received: T },
      );
    await raise('a', 'VM crashed', 'hA', web);
    await raise('b', 'VM crashed', 'hB', other);
    await raise('c', 'CPU too high', 'hB', other);
    await raise('d', 'Disk fails', 'hB');
    const begin = (id: string, initiator: string, vm: typeof web) =>
      storeOperation(context.db, {
        ...{ id, vm, kind: 'stop', initiator, started: T, result: 'ok', ended: T, source: 'nova', hops: [] },
      });
    await begin('o1', 'admin', web);
    await begin('o2', 'ben', other);
    const values = async (path: string) =>
      (await get<VariableValues>(`/api/v1/variables/${path}`)).values.map(({ value }) => value);
    expect(await values('alarm-names')).toEqual(['CPU too high', 'Disk fails', 'VM crashed']);
    expect(await values('alarm-names?host=hA')).toEqual(['VM crashed']);
    expect(await values(`alarm-names?vm=${other.uuid}`)).toEqual(['CPU too high', 'VM crashed']);
    expect(await values('alarm-names?user=ben')).toEqual(['CPU too high', 'VM crashed']);
    expect(await values('initiators')).toEqual(['admin', 'ben']);
    expect(await values(`initiators?vm=${web.uuid}`)).toEqual(['admin']);
    expect(await values('initiators?host=hB')).toEqual(['ben']);
  });

  it.each([
    ['/api/v1/search', 400, 'invalid'],
    ['/api/v1/search?q=', 400, 'invalid'],
    [`/api/v1/search?q=${'x'.repeat(256)}`, 400, 'invalid'],
    ['/api/v1/search?q=a&limit=0', 400, 'invalid'],
    ['/api/v1/search?q=a&limit=1e9', 400, 'invalid'],
    ['/api/v1/search?q=a&limit=two', 400, 'invalid'],
    ['/api/v1/search?q=a&q=b', 400, 'invalid'],
    ['/api/v1/search?q=%00', 400, 'invalid'],
    ['/api/v1/variables/passwords', 400, 'invalid'],
    ['/api/v1/variables/toString', 400, 'invalid'],
    ['/api/v1/variables/vms?host=', 400, 'invalid'],
    ['/api/v1/variables/vms?host=a&host=', 400, 'invalid'],
    ['/api/v1/variables/vms?vm=web', 400, 'invalid'],
    ['/api/v1/variables/vms?level=major', 400, 'invalid'],
    [`/api/v1/variables/vms?${'host=a&'.repeat(101)}host=a`, 400, 'invalid'],
    ['/api/v1/vms?limit=1001', 400, 'invalid'],
    ['/api/v1/vms?limit=-1', 400, 'invalid'],
    ['/api/v1/vms?state=fine', 400, 'invalid'],
    ['/api/v1/vms?sort=name', 400, 'invalid'],
    ['/api/v1/vms?cursor=%7B%7D', 400, 'invalid'],
    ['/api/v1/vms?cursor=WzEsMl0', 400, 'cursor-invalid'],
    ['/api/v1/vms?cursor=AAAA', 400, 'cursor-invalid'],
  ])('refuses %s', async (url, status, code) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
  });
});
