import { describe, expect, it } from '@jest/globals';
import { OperationRequest } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { OPERATION_KINDS } from '../../../oms/operation.ts';
import type { Filled } from './fields.ts';
import { CREATE, KINDS } from './kinds.ts';
import { randomUuid, requestOf } from './request.ts';

const VM = '11111111-1111-4111-8111-111111111111';

const of = (kind: string, filled: Filled = {}) => {
  const offered = [...KINDS, CREATE].find((each) => each.kind === kind);
  if (offered === undefined) {
    throw new Error(`no ${kind} is offered`);
  }
  return requestOf({ offered, filled, initiator: ' ana ', id: 'console-1', vm: VM });
};
const requested = (kind: string, filled: Filled = {}) => {
  const read = of(kind, filled);
  expect(read).toHaveProperty('request');
  const { request } = read as { request: object };
  // What the form makes is what the OMS takes.
  expect([request, Value.Check(OperationRequest, request)]).toEqual([request, true]);
  return request;
};
const head = { id: 'console-1', vm: VM, initiator: 'ana' };

describe('the form of operations', () => {
  it('offers every kind that can be asked for, once', () => {
    expect([...KINDS, CREATE].map(({ kind }) => kind).sort()).toEqual([...OPERATION_KINDS].sort());
  });

  it('makes requests as the OMS takes them, and leaves out what is empty', () => {
    expect(requested('start')).toEqual({ ...head, kind: 'start' });
    expect(requested('suspend')).toEqual({ ...head, kind: 'suspend' });
    expect(requested('resume')).toEqual({ ...head, kind: 'resume' });
    expect(requested('stop', { force: false })).toEqual({ ...head, kind: 'stop' });
    expect(requested('reboot', { force: true })).toEqual({ ...head, kind: 'reboot', force: true });
    expect(requested('snapshot', { name: 's1', pool: 'vols', disks: 'vda, vdb vda', quiesce: true })).toEqual({
      ...head,
      ...{ kind: 'snapshot', name: 's1', pool: 'vols', disks: ['vda', 'vdb'], quiesce: true },
    });
    expect(requested('attach-disk', { pool: 'p', volume: 'data 1.qcow2', target: '', bus: 'scsi' })).toEqual({
      ...head,
      ...{ kind: 'attach-disk', pool: 'p', volume: 'data 1.qcow2', bus: 'scsi' },
    });
    expect(requested('migrate', { toHost: 'hB', timeoutMs: '5', bandwidthMibps: '100', copyDisks: 'whole' })).toEqual({
      ...head,
      ...{ kind: 'migrate', toHost: 'hB', timeoutMs: 300_000, bandwidthMibps: 100, copyDisks: 'whole' },
    });
  });

  it('makes a VM of what is filled in, or of XML with its own UUID', () => {
    const filled = { host: 'hA', name: 'web', memoryMib: '64', vcpus: '1', disks: 'vols/web.qcow2\n\n vols/b raw' };
    expect(requested('create', { ...filled, networks: 'network default', start: true })).toEqual({
      ...head,
      kind: 'create',
      host: 'hA',
      start: false,
      definition: {
        ...{ type: 'spec', name: 'web', memoryMib: 64, vcpus: 1 },
        disks: [
          { pool: 'vols', volume: 'web.qcow2' },
          { pool: 'vols', volume: 'b', format: 'raw' },
        ],
        networks: [{ source: 'network', name: 'default' }],
      },
    });
    const uuid = 'ABCDEF00-1111-4111-8111-111111111111';
    const xml = `<domain><uuid> ${uuid} </uuid></domain>`;
    expect(requested('create', { host: 'hA', xml })).toEqual({
      ...head,
      ...{ vm: uuid.toLowerCase(), kind: 'create', host: 'hA', definition: { type: 'xml', xml } },
    });
  });

  it.each<[string, string, Filled, string[]]>([
    ['nothing', 'snapshot', {}, ['name', 'pool']],
    ['spaces', 'attach-disk', { pool: ' ', volume: 'v' }, ['pool']],
    ['a path', 'attach-disk', { pool: '../etc', volume: 'a/b' }, ['pool', 'volume']],
    ['a control character', 'attach-disk', { pool: 'p', volume: 'a\u0007b' }, ['volume']],
    ['a name that is an option', 'snapshot', { name: '-x', pool: 'p' }, ['name']],
    ['a disk that is none', 'snapshot', { name: 's', pool: 'p', disks: 'vda,disk1' }, ['disks']],
    ['no destination', 'migrate', {}, ['toHost']],
    ['half a minute', 'migrate', { toHost: 'hB', timeoutMs: '0.5' }, ['timeoutMs']],
    ['a number in words', 'create', { host: 'h', name: 'n', memoryMib: 'much', vcpus: '0' }, ['memoryMib', 'vcpus']],
    [
      'lines of nonsense',
      'create',
      { host: 'h', name: 'n', memoryMib: '1', vcpus: '1', disks: 'x', networks: 'y' },
      ['disks', 'networks'],
    ],
    ['XML without a UUID', 'create', { host: 'h', xml: '<domain/>' }, ['xml']],
    ['XML without a host', 'create', { xml: `<uuid>${VM}</uuid>` }, ['host']],
    ['XML without end', 'create', { host: 'h', xml: `<uuid>${VM}</uuid>${'x'.repeat(65_536)}` }, ['xml']],
  ])('says of %s (%s) which field is wrong', (_what, kind, filled, fields) => {
    const read = of(kind, filled);
    expect(Object.keys('wrong' in read ? read.wrong : {})).toEqual(fields);
  });

  it('asks before what disrupts', () => {
    const asks = (kind: string, values: Record<string, unknown> = {}) =>
      KINDS.find((each) => each.kind === kind)?.disrupts?.(values) !== undefined;
    expect(['stop', 'reboot', 'suspend'].map((kind) => asks(kind))).toEqual([true, true, true]);
    expect(['start', 'resume', 'snapshot', 'attach-disk', 'migrate'].map((kind) => asks(kind))).toEqual(
      Array(5).fill(false),
    );
    expect(asks('migrate', { unsafe: true })).toBe(true);
  });

  it('makes UUIDs of version 4 also where the browser has none to give', () => {
    expect(randomUuid((bytes) => bytes.fill(0xff))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
    expect(randomUuid((bytes) => bytes.fill(0))).toBe('00000000-0000-4000-8000-000000000000');
    expect(randomUuid()).not.toBe(randomUuid());
  });
});
