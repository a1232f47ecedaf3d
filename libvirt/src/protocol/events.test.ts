import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../event.ts';
import { ProtocolError } from '../errors.ts';
import { recordedBytes } from '../fixtures/recorded.ts';
import { decodePacket } from '../wire/packet.ts';
import { XdrReader } from '../wire/xdr-reader.ts';
import { XdrWriter } from '../wire/xdr-writer.ts';
import { eventProcedures } from './events.ts';

function decodeEvent(procedure: number, payload: Buffer) {
  const row = eventProcedures.find(({ number }) => number === procedure);
  if (!row) throw new TypeError(`no event procedure ${procedure}`);
  const reader = new XdrReader(payload);
  const message = row.decode(reader);
  reader.end();
  return message;
}

function encodeEvent(event: DomainEvent, callbackId: number): { procedure: number; payload: Buffer } {
  const row = eventProcedures.find(({ kind }) => kind === event.kind);
  if (!row) throw new TypeError(`no row for ${event.kind}`);
  const writer = new XdrWriter();
  row.encode(writer, { callbackId, event });
  return { procedure: row.number, payload: writer.toBuffer() };
}

const domain = { name: 'vm', uuid: '6a4f7f5e-58a6-4a35-9c0e-2f6f0c1f8a11', id: 4 };

/** The recorded events, and each in a few words. */
function read(file: 'libvirtd-events.json' | 'libvirtd-incident-events.json') {
  const events = Array.from(recordedBytes(file).values(), (bytes) => {
    const { header, payload } = decodePacket(bytes);
    expect(header).toMatchObject({ type: 2, status: 0 });
    return decodeEvent(header.procedure, payload).event;
  });
  const words = events.map((event) => {
    if (event?.kind === 'lifecycle') return `${event.event} ${event.detail}`;
    return event?.kind === 'agent' ? `agent ${event.state} ${event.reason}` : event?.kind;
  });
  return { events, words };
}

describe('events of a real libvirtd 9.0', () => {
  it('define, start, suspend, resume, reset, undefine, destroy', () => {
    const { events, words } = read('libvirtd-events.json');
    expect(words).toEqual([
      'defined added',
      'agent disconnected domain-started',
      'resumed unpaused',
      'started booted',
      'suspended paused',
      'resumed unpaused',
      'reboot',
      'reboot',
      'undefined removed',
      'shutdown host',
      'stopped destroyed',
    ]);
    expect(events[1]?.domain).toEqual({ ...domain, name: 'probe', id: expect.any(Number) });
  });

  it('a guest whose disk is full on the host, then one that panics', () => {
    const { events, words } = read('libvirtd-incident-events.json');
    expect(words).toEqual([
      'defined added',
      'agent disconnected domain-started',
      'resumed unpaused',
      'started booted',
      'agent connected channel',
      'io-error',
      'suspended ioerror',
      'io-error',
      'io-error',
      'shutdown host',
      'stopped destroyed',
      'agent disconnected domain-started',
      'resumed unpaused',
      'started booted',
      'agent connected channel',
      'suspended paused',
      'crashed panicked',
      'stopped crashed',
      'undefined removed',
    ]);
    expect(events[5]).toEqual({
      kind: 'io-error',
      domain: { ...domain, name: 'probe', id: expect.any(Number) },
      device: 'virtio-disk0',
      path: '/var/lib/libvirt/small/tiny.img',
      action: 'pause',
      reason: 'enospc',
    });
  });
});

describe('every kind of event', () => {
  const events: DomainEvent[] = [
    { kind: 'lifecycle', domain, event: 'crashed', detail: 'panicked' },
    { kind: 'lifecycle', domain, event: 'suspended', detail: 'ioerror' },
    { kind: 'lifecycle', domain, event: 'stopped', detail: 'failed' },
    { kind: 'reboot', domain },
    { kind: 'watchdog', domain, action: 'poweroff' },
    { kind: 'io-error', domain, device: 'virtio-disk0', path: '/images/a.qcow2', action: 'pause', reason: 'enospc' },
    { kind: 'agent', domain, state: 'connected', reason: 'channel' },
    { kind: 'control-error', domain },
    { kind: 'balloon-change', domain, memoryKib: 524_288 },
    { kind: 'device-removed', domain, alias: 'virtio-disk1' },
    { kind: 'device-removal-failed', domain, alias: 'virtio-disk1' },
    { kind: 'device-added', domain, alias: 'net1' },
    { kind: 'block-job', domain, disk: 'vda', job: 'active-commit', status: 'completed' },
    { kind: 'migration-iteration', domain, iteration: 3 },
    { kind: 'job-completed', domain, operation: null, values: new Map([['success', false]]) },
    { kind: 'metadata-change', domain, what: 'element', uri: 'http://openstack.org/xmlns/libvirt/nova/1.1' },
    {
      kind: 'memory-failure',
      domain,
      recipient: 'hypervisor',
      action: 'reset',
      actionRequired: false,
      recursive: true,
    },
  ];

  it.each(events)('$kind $event survives the wire', (event) => {
    const { procedure, payload } = encodeEvent(event, 12);
    expect(decodeEvent(procedure, payload)).toEqual({ callbackId: 12, event });
    expect(() => decodeEvent(procedure, payload.subarray(0, -1))).toThrow(ProtocolError);
  });

  it('an I/O error lies as remote_domain_event_io_error_reason_msg: path, device, action, reason', () => {
    const { payload } = encodeEvent(
      { kind: 'io-error', domain, device: 'd', path: 'p', action: 'report', reason: 'r' },
      1,
    );
    expect(payload.toString('hex').slice(-56)).toBe(
      ['00000001', '70000000', '00000001', '64000000', '00000002', '00000001', '72000000'].join(''),
    );
  });
});

describe('values newer than our names', () => {
  const lifecycleWith = (event: number, detail: number): Buffer => {
    const { payload } = encodeEvent({ kind: 'lifecycle', domain, event: 'defined', detail: 'added' }, 1);
    payload.writeInt32BE(event, payload.length - 8);
    payload.writeInt32BE(detail, payload.length - 4);
    return payload;
  };

  it('a detail keeps its number', () => {
    expect(decodeEvent(318, lifecycleWith(5, 99)).event).toMatchObject({ event: 'stopped', detail: 'detail-99' });
  });

  it('a lifecycle event has no name to be delivered under', () => {
    expect(decodeEvent(318, lifecycleWith(99, 0))).toEqual({ callbackId: 1, event: null });
  });
});
