import { describe, expect, it } from '@jest/globals';
import { Operation } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { operationsFromSpans } from './operations.ts';
import type { Span } from './span.ts';
import { readSpan, type SpanReading, type ToldSpan } from './told-span.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const VM = '11111111-1111-4111-8111-111111111111';
const T = 1_700_000_000_000;

interface Told {
  parent?: string;
  at?: number;
  ms?: number;
  service?: string;
  host?: string;
  attributes?: Record<string, string>;
  resource?: Record<string, string>;
  error?: string;
}

const idOf = (name: string): string => Buffer.from(name.padEnd(8, '.')).toString('hex').slice(0, 16);

function span(name: string, told: Told = {}): Span {
  const { parent, at = 0, ms = 10, service = 'nova-api', host = 'ctl1', error } = told;
  return {
    traceId: TRACE,
    spanId: idOf(name),
    parentSpanId: parent === undefined ? '' : idOf(parent),
    name,
    started: T + at,
    ended: T + at + ms,
    attributes: new Map(Object.entries(told.attributes ?? {})),
    resource: new Map(Object.entries({ 'service.name': service, 'host.name': host, ...told.resource })),
    failed: error !== undefined,
    statusMessage: '',
    exception: error ?? '',
  };
}

const root = (name: string, more: Told = {}): Span =>
  span(name, {
    ms: 1000,
    ...more,
    attributes: {
      'faultline.operation.kind': 'stop',
      'faultline.vm.uuid': VM,
      'enduser.id': 'ana',
      ...more.attributes,
    },
  });
const call = (name: string, to: string, more: Told = {}): Span =>
  span(name, { ...more, attributes: { 'peer.service': to, ...more.attributes } });

const read = (each: Span): SpanReading => readSpan(each, T + 600_000);
function told(...spans: Span[]): ToldSpan[] {
  return spans.map((each) => {
    const reading = read(each);
    if (typeof reading === 'string' || !('told' in reading)) throw new Error(JSON.stringify(reading));
    return reading.told;
  });
}

/** nova-api calls the conductor, which calls the compute node, which does it. */
const STORY = [
  root('stop'),
  call('rpc-1', 'nova-conductor', { parent: 'stop', at: 10, ms: 900 }),
  call('rpc-2', 'nova-compute', { parent: 'rpc-1', at: 20, ms: 800, service: 'nova-conductor', host: 'ctl2' }),
  span('destroy', {
    parent: 'rpc-2',
    at: 30,
    ms: 700,
    service: 'nova-compute',
    host: 'hA',
    resource: { 'faultline.role': 'NC' },
  }),
];

describe('the spans of a trace', () => {
  it('become an operation with its hops, causes before what they caused (A26, A30)', () => {
    const [operation, ...more] = operationsFromSpans(told(...STORY));
    expect(more).toEqual([]);
    expect(operation).toMatchObject({
      id: `otlp:${TRACE}:${idOf('stop')}`,
      correlationId: TRACE,
      vm: { uuid: VM, name: VM },
      kind: 'stop',
      initiator: 'ana',
      started: T,
      ended: T + 1000,
      result: 'ok',
      source: 'nova-api',
    });
    expect(
      operation?.hops.map(({ seq, parent, from, to, direction, message }) => [
        seq,
        parent,
        from,
        to,
        direction,
        message,
      ]),
    ).toEqual([
      [0, undefined, { role: 'nova-api', node: 'ctl1' }, { role: 'nova-conductor' }, 'request', 'rpc-1'],
      [1, 0, { role: 'nova-conductor', node: 'ctl2' }, { role: 'nova-compute' }, 'request', 'rpc-2'],
      [2, 1, { role: 'NC', node: 'hA' }, { role: 'NC', node: 'hA' }, 'local', 'destroy'],
    ]);
    expect(Value.Check(Operation, operation)).toBe(true);
  });

  it('become the same operation in whatever order they come', () => {
    const whole = operationsFromSpans(told(...STORY));
    expect(operationsFromSpans(told(...STORY.toReversed()))).toEqual(whole);
    const [first, second, third, fourth] = STORY as [Span, Span, Span, Span];
    expect(operationsFromSpans(told(third, first, fourth, second))).toEqual(whole);
  });

  it('are no operation before the one that names it has come', () => {
    expect(operationsFromSpans(told(...STORY.slice(1)))).toEqual([]);
  });

  it('keep the hop whose parent has not come, as one with no known cause', () => {
    const [operation] = operationsFromSpans(told(...STORY.filter(({ name }) => name !== 'rpc-1')));
    expect(operation?.hops.map(({ message, parent }) => [message, parent])).toEqual([
      ['rpc-2', undefined],
      ['destroy', 0],
    ]);
  });

  it('tell at which hop it failed, and why (A29)', () => {
    const [operation] = operationsFromSpans(
      told(
        root('stop', { error: '' }),
        call('rpc', 'nova-compute', { parent: 'stop', error: 'no valid host' }),
        call('rpc-2', 'glance', { parent: 'stop', at: 50, error: '' }),
      ),
    );
    expect(operation).toMatchObject({ result: 'failed', cause: 'no valid host' });
    expect(operation?.hops).toMatchObject([
      { result: 'failed', cause: 'no valid host' },
      { result: 'failed', cause: 'the span has status ERROR and does not say why' },
    ]);
  });

  it('may be several operations, one within the other, each with its own hops', () => {
    const operations = operationsFromSpans(
      told(
        root('evacuate', { attributes: { 'faultline.operation.kind': 'migrate' } }),
        call('plan', 'scheduler', { parent: 'evacuate', at: 1 }),
        root('boot', { parent: 'plan', at: 20, attributes: { 'faultline.operation.kind': 'start' } }),
        call('rpc', 'nova-compute', { parent: 'boot', at: 30 }),
        call('lost', 'nowhere', { parent: 'absent', at: 40 }),
      ),
    );
    expect(operations.map(({ kind, parentId, hops }) => [kind, parentId, hops.map(({ message }) => message)])).toEqual([
      ['migrate', undefined, ['plan']],
      ['start', `otlp:${TRACE}:${idOf('evacuate')}`, ['rpc']],
    ]);
  });

  it('that claim to be each other’s parents are left out', () => {
    const circle = [call('a', 'x', { parent: 'b' }), call('b', 'x', { parent: 'a' }), call('c', 'x', { parent: 'c' })];
    expect(operationsFromSpans(told(root('stop'), ...circle))[0]?.hops).toEqual([]);
  });

  it('have no more hops than an operation may have', () => {
    const many = Array.from({ length: 1500 }, (_, i) => call(`h${i}`, 'x', { parent: 'stop', at: i }));
    const [operation] = operationsFromSpans(told(root('stop'), ...many));
    expect(operation?.hops).toHaveLength(1000);
    expect(Value.Check(Operation, operation)).toBe(true);
  });
});

describe('a span', () => {
  it('that tells of no operation is unrelated', () => {
    expect(read(span('GET /'))).toBe('unrelated');
  });

  it.each<[string, Span]>([
    ['an attribute of ours', span('x', { attributes: { 'faultline.hop.from': 'CLC', 'faultline.hop.to': 'CC' } })],
    ['a resource of ours', span('x', { resource: { 'faultline.role': 'NC' } })],
    ['a call to another service', call('x', 'other')],
  ])('is kept for %s', (_what, each) => {
    expect(read(each)).toHaveProperty('told');
  });

  it.each<[string, Span]>([
    ['no trace id', { ...root('x'), traceId: '' }],
    ['a trace id of zeros', { ...root('x'), traceId: '0'.repeat(32) }],
    ['a trace id in base64', { ...root('x'), traceId: 'CvdlGRbNQ92ESOshHIAxnA==' }],
    ['a span id that is too long', { ...root('x'), spanId: 'a'.repeat(17) }],
    ['a parent that is none', { ...root('x'), parentSpanId: 'xyz' }],
    ['no times', { ...root('x'), started: 0, ended: 0 }],
    ['an end before its start', { ...root('x'), ended: T - 1 }],
    ['a time of the future', { ...root('x'), ended: T + 600_001 }],
    ['an unknown kind', root('x', { attributes: { 'faultline.operation.kind': 'explode' } })],
    ['no VM', root('x', { attributes: { 'faultline.vm.uuid': 'web-1' } })],
    ['our own name', root('x', { service: 'Faultline' })],
  ])('with %s is rejected', (_what, each) => {
    expect(read(each)).toHaveProperty('rejected');
  });

  it('may name what it tells otherwise: by other attributes, in capitals, with strange characters', () => {
    const [each] = told(
      root('x', {
        service: 'my cloud/api',
        attributes: {
          'faultline.vm.uuid': '',
          'openstack.instance_uuid': VM.toUpperCase(),
          'enduser.id': 'a\u0000b\ud800\u001b',
        },
      }),
    );
    expect(each).toMatchObject({
      operation: { vm: VM, source: 'my-cloud-api', initiator: 'a\ufffdb\ufffd\ufffd' },
      from: { role: 'my-cloud-api', node: 'ctl1' },
    });
  });
});
