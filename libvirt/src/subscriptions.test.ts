import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Duplex } from 'node:stream';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import type { DomainEvent } from './event.ts';
import { ConnectionLostError } from './errors.ts';
import { eventProcedures, procedures } from './protocol/index.ts';
import { Session } from './session/session.ts';
import { Subscriptions } from './subscriptions.ts';
import { FakeLibvirtd } from './testing/index.ts';
import { encodeWith } from './wire/codec.ts';
import { decodePacket, encodePacket, messageType } from './wire/packet.ts';
import { XdrWriter } from './wire/xdr-writer.ts';

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

/** Events as they come, and a way to wait for the n-th. */
function collector() {
  const events: DomainEvent[] = [];
  let wake = (): void => undefined;
  return {
    events,
    onEvent: (event: DomainEvent): void => {
      events.push(event);
      wake();
    },
    count: (count: number): Promise<void> =>
      new Promise((resolve) => {
        wake = () => {
          if (events.length >= count) resolve();
        };
        wake();
      }),
  };
}

/** A stream that answers each registration with its number, and the last one with `event` in the same chunk. */
function answeringWith(event: DomainEvent): Duplex {
  const row = eventProcedures.find(({ kind }) => kind === event.kind);
  let callbackId = 0;
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      const { header } = decodePacket(bytes);
      callbackId++;
      const { ret } = procedures.connectDomainEventCallbackRegisterAny;
      const reply = encodePacket({ ...header, type: messageType.reply }, encodeWith(ret, { callbackId }));
      const writer = new XdrWriter();
      row?.encode(writer, { callbackId, event });
      const message = { ...header, type: messageType.message, procedure: row?.number ?? 0, serial: 0 };
      const isLast = callbackId === eventProcedures.length;
      stream.push(isLast ? Buffer.concat([reply, encodePacket(message, writer.toBuffer())]) : reply);
      done();
    },
  });
  return stream;
}

const short = (events: DomainEvent[]): string[] =>
  events.map((event) => (event.kind === 'lifecycle' ? `${event.event} ${event.detail}` : event.kind));

describe('subscribe', () => {
  it('delivers what happens to domains, in order', async () => {
    const { events, onEvent, count } = collector();
    await connection.subscribe({ onEvent });
    const vm = daemon.domainNamed('vm');
    await connection.suspend(vm);
    await connection.resume(vm);
    await connection.reboot(vm);
    await connection.destroyDomain(vm);
    await connection.start(vm);
    await count(7);
    expect(short(events)).toEqual([
      'suspended paused',
      'resumed unpaused',
      'reboot',
      'shutdown host',
      'stopped destroyed',
      'resumed unpaused',
      'started booted',
    ]);
  });

  it('delivers every kind', async () => {
    const { events, onEvent, count } = collector();
    await connection.subscribe({ onEvent });
    const { name, uuid, id } = daemon.domainNamed('vm');
    const domain = { name, uuid, id };
    const sent: DomainEvent[] = [
      { kind: 'lifecycle', domain, event: 'crashed', detail: 'panicked' },
      { kind: 'reboot', domain },
      { kind: 'watchdog', domain, action: 'reset' },
      { kind: 'io-error', domain, device: 'virtio-disk0', path: '/a', action: 'pause', reason: 'enospc' },
      { kind: 'agent', domain, state: 'disconnected', reason: 'channel' },
      { kind: 'control-error', domain },
      { kind: 'balloon-change', domain, memoryKib: 524_288 },
      { kind: 'device-removed', domain, alias: 'virtio-disk1' },
      { kind: 'device-removal-failed', domain, alias: 'virtio-disk1' },
      { kind: 'device-added', domain, alias: 'net1' },
      { kind: 'block-job', domain, disk: 'vda', job: 'copy', status: 'ready' },
      { kind: 'migration-iteration', domain, iteration: 3 },
      { kind: 'job-completed', domain, operation: 'migration-out', values: new Map([['operation', 5]]) },
      { kind: 'metadata-change', domain, what: 'title', uri: null },
      {
        kind: 'memory-failure',
        domain,
        recipient: 'guest',
        action: 'inject',
        actionRequired: true,
        recursive: false,
      },
    ];
    expect(new Set(sent.map(({ kind }) => kind))).toEqual(new Set(eventProcedures.map(({ kind }) => kind)));
    for (const event of sent) daemon.emit(event);
    await count(sent.length);
    expect(events).toEqual(sent);
  });

  it('loses no event that arrives in one read with the reply to its registration', async () => {
    const { events, onEvent } = collector();
    const event: DomainEvent = { kind: 'reboot', domain: daemon.domainNamed('vm') };
    const session = new Session(answeringWith(event), false);
    const kinds = eventProcedures.map(({ kind }) => kind);
    await new Subscriptions(session, 1_000).add(kinds, onEvent, { timeoutMs: 1_000 });
    expect(events).toHaveLength(1);
    session.end(new ConnectionLostError('done'));
  });

  it('delivers to several subscriptions, each until it ends', async () => {
    const [one, two] = [collector(), collector()];
    const first = await connection.subscribe({ onEvent: one.onEvent });
    await connection.subscribe({ onEvent: two.onEvent });
    const { uuid } = daemon.domainNamed('vm');
    daemon.emitLifecycle(uuid, 'suspended', 'ioerror');
    await Promise.all([one.count(1), two.count(1)]);
    await first.unsubscribe();
    daemon.emitLifecycle(uuid, 'resumed', 'unpaused');
    await two.count(2);
    expect(short(one.events)).toEqual(['suspended ioerror']);
  });

  it('takes back what it registered when a registration is refused', async () => {
    daemon.fail({ procedure: 'connectDomainEventCallbackRegisterAny', code: 88, message: 'access denied', after: 2 });
    await expect(connection.subscribe({ onEvent: () => undefined })).rejects.toMatchObject({
      codeName: 'VIR_ERR_ACCESS_DENIED',
    });
    await daemon.waitForCall('connectDomainEventCallbackDeregisterAny', 2);
  });

  it('fails with a driver that has no lifecycle events', async () => {
    daemon.fail({ procedure: 'connectDomainEventCallbackRegisterAny', code: 3, message: 'not supported' });
    await expect(connection.subscribe({ onEvent: () => undefined })).rejects.toMatchObject({
      codeName: 'VIR_ERR_NO_SUPPORT',
    });
  });

  it('leaves out, and names, what is newer than the daemon', async () => {
    const old = await FakeLibvirtd.start({ domains: [{ name: 'vm' }], newestEventId: 19 });
    const toOld = await connect({ uri: old.uri });
    const { events, onEvent, count } = collector();
    const subscription = await toOld.subscribe({ onEvent });
    expect(subscription.unavailable).toEqual([
      'job-completed',
      'migration-iteration',
      'memory-failure',
      'device-removal-failed',
      'metadata-change',
    ]);
    old.emitLifecycle(old.domainNamed('vm').uuid, 'suspended', 'ioerror');
    await count(1);
    expect(short(events)).toEqual(['suspended ioerror']);
    await toOld.close();
    await old.stop();
  });

  it('delivers only the kinds that were asked for', async () => {
    const { events, onEvent, count } = collector();
    const subscription = await connection.subscribe({ kinds: ['lifecycle', 'metadata-change'], onEvent });
    expect(subscription.unavailable).toEqual([]);
    const { name, uuid, id } = daemon.domainNamed('vm');
    const domain = { name, uuid, id };
    daemon.emit({ kind: 'reboot', domain });
    daemon.emit({ kind: 'metadata-change', domain, what: 'element', uri: 'http://nova' });
    await count(1);
    expect(events).toEqual([{ kind: 'metadata-change', domain, what: 'element', uri: 'http://nova' }]);
  });

  it('takes back a registration that was answered after it was given up', async () => {
    daemon.hold({ procedure: 'connectDomainEventCallbackRegisterAny' });
    await expect(connection.subscribe({ onEvent: () => undefined, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'call-timeout',
    });
    daemon.release();
    await daemon.waitForCall('connectDomainEventCallbackDeregisterAny');
  });

  it('ends without complaint on a connection that is gone', async () => {
    const subscription = await connection.subscribe({ onEvent: () => undefined });
    daemon.dropConnections();
    await connection.closed;
    await subscription.unsubscribe();
  });
});
