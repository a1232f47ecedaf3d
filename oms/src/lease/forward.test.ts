import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Operation, OmsStatus } from '@faultline/contracts';
import { freePort } from '@faultline/lab';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { openDatabase, type OmsDatabase } from '../database/index.ts';
import { startOms, type Oms } from '../oms.ts';
import { findOperation } from '../operations/index.ts';
import { onPostgres } from '../testing/engines.ts';
import { createToken } from '../tokens/index.ts';
import { rememberVm } from '../vms/index.ts';
import { WITHOUT_THREADS } from '../testing/context.ts';

// Two OMSs and their database start in each of them.
jest.setTimeout(30_000);

onPostgres('an OMS that does not perform operations (A25)', (engine) => {
  let location: string;
  let db: OmsDatabase;
  let libvirtd: FakeLibvirtd;
  const running: Oms[] = [];
  let fake: Server | undefined;
  beforeEach(async () => {
    ({ location } = await engine.newPlace());
    db = await openDatabase(location);
    libvirtd = await FakeLibvirtd.start({ domains: [{ name: 'web' }] });
    const { uuid, name } = libvirtd.domainNamed('web');
    await rememberVm(db, { vm: { uuid, name }, host: 'hA', at: 1, active: true }, { staleAfterMs: 45_000 });
  });
  afterEach(async () => {
    for (const oms of running.splice(0)) await oms.close();
    fake?.closeAllConnections();
    fake?.close();
    fake = undefined;
    await libvirtd.stop();
    await db.destroy();
  });

  async function start(port = 0): Promise<Oms> {
    const args = [
      ...WITHOUT_THREADS,
      '--web.listen-address',
      `127.0.0.1:${port}`,
      '--control.host',
      `hA=${libvirtd.uri}`,
      '--lease.duration',
      '1s',
      '--web.anonymous-access',
      'operate',
    ];
    const oms = await startOms(readConfig(args, { DATABASE_URL: location }), pino({ level: 'silent' }));
    running.push(oms);
    return oms;
  }

  async function performerSeenBy(oms: Oms): Promise<NonNullable<OmsStatus['performer']>> {
    for (;;) {
      const answer = await fetch(`${oms.url}/api/v1/status`);
      const { performer } = (await answer.json()) as OmsStatus;
      if (performer !== null) return performer;
    }
  }

  const ask = (
    oms: Oms,
    { id = 'op-1', headers = {}, more = {} }: { id?: string; headers?: object; more?: object } = {},
  ) =>
    fetch(`${oms.url}/api/v1/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ id, vm: libvirtd.domainNamed('web').uuid, kind: 'stop', initiator: 'ana', ...more }),
    });

  /** Has the lease held by something at this address that nobody is. */
  const giveLeaseTo = (address: string) =>
    db
      .insertInto('leases')
      .values({ name: 'operations', holder: 'someone', address, term: 1, renewals: 0, lasts_ms: 300_000 })
      .execute();

  async function fakeHolder(answer: (request: IncomingMessage, body: string) => void): Promise<string> {
    fake = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        answer(request, body);
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"id":"from the holder"}');
      });
    }).listen(0, '127.0.0.1');
    await once(fake, 'listening');
    return `http://127.0.0.1:${(fake.address() as AddressInfo).port}`;
  }

  it('has the one that does answer, and everyone sees the same record', async () => {
    const first = await start();
    expect(await performerSeenBy(first)).toEqual({ isUs: true, address: first.url });
    const second = await start();
    expect(await performerSeenBy(second)).toEqual({ isUs: false, address: first.url });
    let answer = await ask(second);
    // The holder is told first that it is, and has its control side up a moment later.
    while (answer.status === 503) {
      expect(await answer.json()).toMatchObject({ code: 'no-performer' });
      answer = await ask(second);
    }
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ id: 'op-1', kind: 'stop', result: 'running' });
    let operation: Operation | undefined;
    while (operation === undefined || operation.result === 'running') operation = await findOperation(db, 'op-1');
    expect(operation).toMatchObject({ result: 'ok' });
    expect(libvirtd.domainNamed('web').state).toBe('shutoff');
    expect((await ask(first)).status).toBe(200);
    expect((await ask(second)).status).toBe(200);
    expect(libvirtd.calls.filter(({ procedure }) => procedure === 'domainShutdown')).toHaveLength(1);
    const busy = await ask(second, { more: { initiator: 'eve' } });
    expect([busy.status, await busy.json()]).toMatchObject([409, { code: 'operation-id-conflict' }]);
  });

  it('refuses by itself what is malformed', async () => {
    let asked = 0;
    await giveLeaseTo(await fakeHolder(() => (asked += 1)));
    const oms = await start();
    await performerSeenBy(oms);
    const answer = await ask(oms, { more: { kind: 'explode' } });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid', field: '/kind' }]);
    expect(asked).toBe(0);
  });

  it('passes on what is asked and who asks, and nothing of the page or connection it came from', async () => {
    let passed: { headers: IncomingMessage['headers']; body: unknown; url: string | undefined } | undefined;
    const address = await fakeHolder(({ headers, url }, body) => (passed = { headers, url, body: JSON.parse(body) }));
    await giveLeaseTo(address);
    const oms = await start();
    await performerSeenBy(oms);
    const ana = { name: 'ana', role: 'operate', expiresAfterMs: undefined, replace: false } as const;
    const { text } = await createToken(db, ana, { caller: { who: 'cli/root', role: 'operate' }, now: Date.now() });
    const authorization = `Bearer ${text}`;
    const headers = { authorization, origin: oms.url, cookie: 'a=b', 'x-forwarded-for': '10.0.0.1' };
    const answer = await ask(oms, { headers });
    expect([answer.status, await answer.json()]).toEqual([202, { id: 'from the holder' }]);
    expect(passed?.url).toBe('/api/v1/operations');
    expect(passed?.body).toMatchObject({ id: 'op-1', initiator: 'ana' });
    expect(passed?.headers).toMatchObject({
      authorization,
      host: new URL(address).host,
      'x-faultline-handed-on': '1',
    });
    expect(Object.keys(passed?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/origin|cookie|forwarded-for|sec-fetch/)]),
    );
  });

  it('asks the holder and nobody else, also where the request names a server of its own', async () => {
    let asked = 0;
    const elsewhere = createHttpServer((_request, response) => {
      asked += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    let passedUrl: string | undefined;
    await giveLeaseTo(await fakeHolder(({ url }) => (passedUrl = url)));
    const oms = await start();
    await performerSeenBy(oms);
    const path = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/api/v1/operations?a=b`;
    const { hostname: host, port } = new URL(oms.url);
    const headers = { 'content-type': 'application/json' };
    const sent = httpRequest({ host, port, path, method: 'POST', headers });
    sent.end(JSON.stringify({ id: 'op-1', vm: libvirtd.domainNamed('web').uuid, kind: 'stop', initiator: 'ana' }));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    elsewhere.close();
    expect([answer.statusCode, passedUrl, asked]).toEqual([202, '/api/v1/operations?a=b', 0]);
  });

  it.each([
    ['is where nobody answers', 'http://127.0.0.1:1'],
    ['is not known by name', 'http://no-such-host.invalid:3000'],
  ])('says so when the one that does %s, and records nothing', async (_what, address) => {
    await giveLeaseTo(address);
    const oms = await start();
    await performerSeenBy(oms);
    const answer = await ask(oms);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'no-performer', detail: expect.stringContaining(address) });
    expect(await findOperation(db, 'op-1')).toBeUndefined();
    expect(await db.selectFrom('audit').selectAll().execute()).toEqual([]);
  });

  it('hands nothing on that was handed to it: two that point at each other end at once', async () => {
    // The address of the holder leads to the one that asks.
    const port = await freePort();
    await giveLeaseTo(`http://127.0.0.1:${port}`);
    const another = await start(port);
    await performerSeenBy(another);
    const answer = await ask(another);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'no-performer' }]);
    const direct = await ask(another, { headers: { 'x-faultline-handed-on': '1' } });
    expect(direct.status).toBe(503);
    expect(await findOperation(db, 'op-1')).toBeUndefined();
  });
});
