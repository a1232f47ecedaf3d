import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import type { DomainEvent } from './event.ts';
import { EventQueue, type EventsLost } from './event-queue.ts';
import { FakeLibvirtd } from './testing/index.ts';

const domain = { name: 'vm', uuid: '6f1e0c5a-0000-4000-8000-000000000001', id: 1 };
const reboot = (id: number): DomainEvent => ({ kind: 'reboot', domain: { ...domain, id } });
const short = (item: DomainEvent | EventsLost | undefined) =>
  item?.kind === 'events-lost' ? `lost ${item.count}` : item?.domain.id;

describe('the queue of a slow reader', () => {
  it('keeps the order, and counts what it leaves out where it was left out', () => {
    const queue = new EventQueue(2);
    for (let id = 1; id <= 5; id++) queue.push(reboot(id));
    expect(short(queue.shift())).toBe(1);
    // Still as many waiting as there may be: the event, and the count.
    queue.push(reboot(6));
    expect(short(queue.shift())).toBe(2);
    queue.push(reboot(7));
    queue.push(reboot(8));
    expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()].map(short)).toEqual([
      'lost 4',
      7,
      'lost 1',
      undefined,
    ]);
  });
});

describe('events for a loop', () => {
  let daemon: FakeLibvirtd;
  let connection: Connection;

  beforeEach(async () => {
    daemon = await FakeLibvirtd.start({ domains: [{ name: 'vm' }] });
    connection = await connect({ uri: daemon.uri });
  });
  afterEach(async () => {
    await connection.close();
    await daemon.stop();
  });

  /** The daemon tells `count` reboots with ids from `first`; resolves when the connection has read them all. */
  async function tell(count: number, first = 1): Promise<void> {
    for (let id = first; id < first + count; id++) daemon.emit(reboot(id));
    await connection.hostname();
  }

  it('come as they arrive, and leaving the loop unsubscribes', async () => {
    const events = await connection.events();
    const seen: unknown[] = [];
    await tell(2);
    for await (const event of events) {
      seen.push(short(event));
      if (seen.length === 2) setImmediate(() => void tell(1, 3));
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(daemon.calls.at(-1)?.procedure).toBe('connectDomainEventCallbackDeregisterAny');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('wait for a slow reader up to the limit; replies and keepalive do not wait for it', async () => {
    const events = await connection.events({ maxQueued: 10 });
    await tell(1_000);
    await daemon.ping();
    const seen: unknown[] = [];
    for await (const event of events) {
      seen.push(short(event));
      if (event.kind === 'events-lost') break;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'lost 990']);
  });

  it('end with the connection: by its owner quietly, otherwise with the reason, after what had arrived', async () => {
    const events = await connection.events();
    await tell(1);
    await connection.close();
    const seen: unknown[] = [];
    for await (const event of events) seen.push(short(event));
    expect(seen).toEqual([1]);

    connection = await connect({ uri: daemon.uri });
    const lost = await connection.events();
    await tell(1);
    daemon.dropConnections();
    await connection.closed;
    expect(await lost.next()).toMatchObject({ done: false });
    await expect(lost.next()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(await lost.next()).toMatchObject({ done: true });
  });

  it('wake a reader that waits when the connection ends, and when the stream is left elsewhere', async () => {
    const left = await connection.events();
    const waiting = left.next();
    await left.return();
    expect(await waiting).toMatchObject({ done: true });

    const lost = (await connection.events()).next();
    const failed = expect(lost).rejects.toMatchObject({ code: 'connection-lost' });
    daemon.dropConnections();
    await failed;
  });

  it.each([0, -1, 1.5, Number.NaN])('do not begin with a limit of %p', async (maxQueued) => {
    await expect(connection.events({ maxQueued })).rejects.toThrow(RangeError);
  });
});
