import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { News, Operation } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { soleTenure } from '../lease/index.ts';
import { recordsIn } from '../operations/records.ts';
import { createServer } from '../server.ts';
import { createToken, revokeToken } from '../tokens/index.ts';
import { testContext } from '../testing/context.ts';
import { createNewsBus } from './bus.ts';

const VM = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const T = 1_700_000_000_000;
const news = (id: string, vm: string | null = VM, topic: News['topic'] = 'alarm'): News => ({ topic, vm, id, at: T });

describe('the bus of news', () => {
  it('gives what followed an id, whole or not at all', () => {
    const bus = createNewsBus({ epoch: 'e1', kept: 3 });
    const before = bus.latestId();
    expect(bus.after(before)).toEqual([]);
    for (const id of ['a', 'b', 'c']) bus.tell(news(id));
    const ids = (eventId: string) => bus.after(eventId)?.map(({ id }) => id) ?? null;
    expect(ids(before)).toEqual(['a', 'b', 'c']);
    expect(ids('e1.2')).toEqual(['c']);
    expect(ids('e1.3')).toEqual([]);
    bus.tell(news('d'));
    expect(ids('e1.0')).toBeNull();
    expect(ids('e1.1')).toEqual(['b', 'c', 'd']);
  });

  it.each(['e1.9', 'e0.1', '', 'e1.', 'e1.-1', 'e1.1e3', `e1.${'9'.repeat(40)}`, "' or 1=1", '\n'])(
    'knows nothing of the id %j, which it never gave',
    (eventId) => {
      const bus = createNewsBus({ epoch: 'e1' });
      bus.tell(news('a'));
      expect(bus.after(eventId)).toBeNull();
    },
  );

  it('stops telling who does not listen any more', () => {
    const bus = createNewsBus({ epoch: 'e1' });
    const heard: string[] = [];
    const stop = bus.listen(({ id }) => heard.push(id));
    bus.tell(news('a'));
    stop();
    bus.tell(news('b'));
    expect(heard).toEqual(['a']);
  });
});

interface ServerEvent {
  event: string;
  id?: string;
  data: unknown;
}

/** A client of server-sent events on a real socket. */
class Client {
  readonly events: ServerEvent[] = [];
  status = 0;
  headers: IncomingMessage['headers'] = {};
  ended = false;
  response: IncomingMessage | undefined;
  readonly #request: ClientRequest;
  #text = '';

  constructor(url: string, { headers = {}, reads = true }: { headers?: Record<string, string>; reads?: boolean } = {}) {
    this.#request = request(url, { headers }, (response) => {
      this.response = response;
      this.status = response.statusCode ?? 0;
      this.headers = response.headers;
      response.setEncoding('utf8');
      if (reads) this.read();
    });
    this.#request.on('error', () => {
      this.ended = true;
    });
    this.#request.end();
  }

  read(): void {
    this.response?.on('data', (text: string) => {
      this.#take(text);
    });
    this.response?.on('close', () => {
      this.ended = true;
    });
  }

  #take(text: string): void {
    const blocks = (this.#text + text).split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const of = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const [event, id, data] = [of('event'), of('id'), of('data')];
      if (event !== undefined)
        this.events.push({ event, ...(id === undefined ? {} : { id }), data: JSON.parse(data ?? '{}') });
    }
  }

  names = () => this.events.map(({ event }) => event);
  close(): void {
    this.#request.destroy();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within 10 s');
    await delay(5);
  }
}

describe('GET /api/v1/news', () => {
  let context: OmsContext;
  let app: FastifyInstance;
  let url: string;
  const clients: Client[] = [];
  beforeEach(async () => {
    context = await testContext({ now: () => T });
    app = await createServer(context);
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/v1/news`;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await app.close();
    await context.db.destroy();
  });
  async function connect(query = '', options: ConstructorParameters<typeof Client>[1] = {}): Promise<Client> {
    const client = new Client(url + query, options);
    clients.push(client);
    await until(() => client.response !== undefined && (options.reads === false || client.names().includes('ready')));
    return client;
  }

  it('tells of one VM what concerns it, and of all VMs everything', async () => {
    const one = await connect(`?vm=${VM}`);
    const all = await connect();
    expect(one.status).toBe(200);
    expect(one.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    context.news.tell(news('a1'));
    context.news.tell(news('a2', OTHER));
    context.news.tell(news('gap', null, 'state'));
    await until(() => all.events.length === 4 && one.events.length === 3);
    expect(one.events.slice(1)).toEqual([
      { event: 'alarm', id: 'test.1', data: news('a1') },
      { event: 'state', id: 'test.3', data: news('gap', null, 'state') },
    ]);
    expect(all.names()).toEqual(['ready', 'alarm', 'alarm', 'state']);
  });

  it('goes on after the last event that a client had, and says when it does not know any more', async () => {
    const first = await connect();
    context.news.tell(news('a1'));
    await until(() => first.events.length === 2);
    first.close();
    context.news.tell(news('a2'));
    context.news.tell(news('a3', OTHER));
    const lastEventId = first.events.at(-1)?.id ?? '';
    const again = await connect(`?vm=${VM}`, { headers: { 'last-event-id': lastEventId } });
    expect(again.events).toEqual([
      { event: 'alarm', id: 'test.2', data: news('a2') },
      { event: 'ready', id: 'test.3', data: {} },
    ]);
    for (const id of ['of-another-oms.7', "'; drop table vms", `test.${'1'.repeat(5000)}`]) {
      const lost = await connect('', { headers: { 'last-event-id': id } });
      expect(lost.names()).toEqual(['resync', 'ready']);
      expect(lost.events[0]?.id).toBe('test.3');
    }
    for (let more = 0; more < 501; more += 1) context.news.tell(news('many'));
    expect((await connect('', { headers: { 'last-event-id': lastEventId } })).names()).toEqual(['resync', 'ready']);
  });

  it('drops a client that does not read, tells it why, and goes on telling the others', async () => {
    const slow = await connect('', { reads: false });
    const quick = await connect();
    slow.response?.pause();
    // More than the kernel takes for a reader that does not read, and what may wait here after that.
    const TOLD = 5000;
    const long = 'x'.repeat(4000);
    for (let told = 0; told < TOLD; told += 1) {
      context.news.tell(news(long));
      if (told % 10 === 0) await nextTurn();
    }
    slow.read();
    slow.response?.resume();
    await until(() => slow.ended);
    expect(slow.events.at(-1)).toEqual({ event: 'end', data: { reason: 'too-slow' } });
    expect(slow.events.length).toBeLessThan(TOLD);
    await until(() => quick.events.length === TOLD + 1);
    context.news.tell(news('last'));
    await until(() => JSON.stringify(quick.events.at(-1)?.data) === JSON.stringify(news('last')));
    expect(quick.ended).toBe(false);
  });

  it('ends when the token that it was opened with is revoked or expires, and goes on for others', async () => {
    const clock = { at: T };
    context.now = () => clock.at;
    const by = { caller: { who: 'cli/root', role: 'operate' }, now: T } as const;
    const reader = { role: 'read', replace: false, expiresAfterMs: undefined } as const;
    const [eve, ana, bob] = [
      await createToken(context.db, { ...reader, name: 'eve' }, by),
      await createToken(context.db, { ...reader, name: 'ana', expiresAfterMs: 1000 }, by),
      await createToken(context.db, { ...reader, name: 'bob' }, by),
    ];
    jest.useFakeTimers({
      doNotFake: ['Date', 'nextTick', 'performance', 'setImmediate', 'setTimeout', 'clearTimeout'],
    });
    try {
      const [revoked, expired, good] = await Promise.all(
        [eve, ana, bob].map(({ text }) => connect('', { headers: { authorization: `Bearer ${text}` } })),
      );
      const nobody = await connect();
      await revokeToken(context.db, 'eve', by);
      clock.at += 1000;
      jest.advanceTimersByTime(15_000);
      await until(() => revoked?.ended === true && expired?.ended === true);
      for (const each of [revoked, expired]) {
        expect(each?.events.at(-1)).toEqual({ event: 'end', data: { reason: 'unauthorized' } });
      }
      context.news.tell(news('after'));
      await until(() => nobody.names().includes('alarm') && good?.names().includes('alarm') === true);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends when the OMS stops, and says so', async () => {
    const client = await connect();
    const closing = app.close();
    await until(() => client.ended);
    await closing;
    expect(client.events.at(-1)).toEqual({ event: 'end', data: { reason: 'closing' } });
  });

  it.each(['?vm=web', '?vm=', `?vm=${VM}&vm=${OTHER}`, '?topic=alarm', `?vm=A${VM.slice(1)}`])(
    'refuses %s',
    async (query) => {
      const answer = await app.inject(`/api/v1/news${query}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'invalid' });
    },
  );

  it('does not let a HEAD wait for an end that never comes', async () => {
    expect((await app.inject({ method: 'HEAD', url: '/api/v1/news' })).statusCode).toBe(404);
  });

  it('tells of what a host reported once it is stored, and not of what was known', async () => {
    const client = await connect();
    const event = {
      type: 'domain-event',
      id: 'e1',
      at: T - 1000,
      vm: { uuid: VM, name: 'web' },
      event: 'lifecycle',
      detail: 'crashed (panicked)',
      observed: { state: 'crashed', reason: 'panicked' },
    };
    const gap = { type: 'observation-gap', id: 'g1', from: T - 3000, to: T - 2000, cause: 'libvirtd restarted' };
    const post = (...reports: object[]) =>
      app.inject({ method: 'POST', url: '/api/v1/reports', payload: { host: 'hA', reports } });
    await post(event, gap);
    await post(event);
    await post({ ...event, id: '' });
    context.news.tell(news('last'));
    await until(() => client.events.length >= 4);
    expect(client.events.slice(1).map(({ event: name, data }) => [name, (data as News).vm, (data as News).id])).toEqual(
      [
        ['state', VM, 'e1'],
        ['state', null, 'g1'],
        ['alarm', VM, 'last'],
      ],
    );
  });

  it('tells of an operation after its commit, and not of one that was rolled back', async () => {
    const operation: Operation = {
      id: 'op1',
      vm: { uuid: VM, name: 'web' },
      kind: 'stop',
      initiator: 'ana',
      started: T,
      result: 'running',
      source: 'faultline',
      hops: [],
    };
    const told: News[] = [];
    const records = recordsIn(context.db, {
      tenure: soleTenure,
      staleAfterMs: 45_000,
      tell: (each) => told.push(each),
    });
    const failure = new Error('the disk is full');
    const rolledBack = records.transact(async (work) => {
      await work.store(operation);
      throw failure;
    });
    await expect(rolledBack).rejects.toBe(failure);
    expect(told).toEqual([]);
    await records.transact((work) => work.store(operation));
    await records.transact((work) => work.store(operation));
    expect(told).toEqual([{ topic: 'operation', vm: VM, id: 'op1', at: T }]);
  });
});
