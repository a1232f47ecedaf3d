import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Operation } from '@faultline/contracts';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span as ApiSpan } from '@opentelemetry/api';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { FastifyInstance } from 'fastify';
import protobuf from 'protobufjs/minimal.js';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';
import { forgetSpans } from './store.ts';

const VM = '11111111-1111-4111-8111-111111111111';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ROOT = 'b7ad6b7169203331';
const NOW = 1_700_000_000_000;
const NANOS = '000000';

let context: OmsContext;
let app: FastifyInstance;
async function open(engine: Engine, more: Partial<OmsContext> = {}): Promise<void> {
  context = await testContext({ db: await engine.open(), now: () => NOW, ...more });
  app = await createServer(context);
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const PROTO_HEADERS = { 'content-type': 'application/x-protobuf' };
const post = (payload: string | Buffer, headers: Record<string, string> = JSON_HEADERS) =>
  app.inject({ method: 'POST', url: '/v1/traces', headers, payload });

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const jsonSpan = (more: object = {}) => ({
  traceId: TRACE,
  spanId: ROOT,
  name: 'stop',
  kind: 2,
  startTimeUnixNano: `${NOW - 1000}${NANOS}`,
  endTimeUnixNano: `${NOW}${NANOS}`,
  attributes: [text('faultline.operation.kind', 'stop'), text('faultline.vm.uuid', VM), text('enduser.id', 'ana')],
  ...more,
});
const jsonHop = (spanId: string, more: object = {}) =>
  jsonSpan({
    spanId,
    parentSpanId: ROOT,
    name: `rpc ${spanId}`,
    attributes: [text('peer.service', 'compute')],
    ...more,
  });
const request = (...spans: object[]) => ({
  resourceSpans: [{ resource: { attributes: [text('service.name', 'nova-api')] }, scopeSpans: [{ spans }] }],
});
const send = (...spans: object[]) => post(JSON.stringify(request(...spans)));

const stored = async (id = `otlp:${TRACE}:${ROOT}`): Promise<Operation> =>
  (await app.inject({ method: 'GET', url: `/api/v1/operations/${encodeURIComponent(id)}` })).json<Operation>();
const count = async (table: 'otlp_spans' | 'operations' | 'hops'): Promise<number> =>
  (await context.db.selectFrom(table).selectAll().execute()).length;

onEachEngine('POST /v1/traces', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('makes an operation of spans that come in several requests, late, twice, and the first one last', async () => {
    const answer = await send(jsonHop('1'.repeat(16), { startTimeUnixNano: `${NOW - 900}${NANOS}` }));
    expect([answer.statusCode, answer.headers['content-type'], answer.json()]).toEqual([200, 'application/json', {}]);
    expect(await count('operations')).toBe(0);
    await send(jsonSpan());
    expect((await stored()).hops).toHaveLength(1);
    await send(jsonSpan(), jsonHop('2'.repeat(16)), jsonHop('1'.repeat(16)));
    const operation = await stored();
    expect(operation).toMatchObject({
      kind: 'stop',
      vm: { uuid: VM },
      initiator: 'ana',
      source: 'nova-api',
      result: 'ok',
    });
    expect(operation.hops.map(({ seq, to, at }) => [seq, to.role, at])).toEqual([
      [0, 'compute', NOW - 1000],
      [1, 'compute', NOW - 900],
    ]);
    expect([await count('otlp_spans'), await count('operations')]).toEqual([3, 1]);
  });

  it('counts and drops what has nothing to do with operations', async () => {
    const answer = await send(jsonSpan({ attributes: [text('http.route', '/')] }));
    expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
    expect(await count('otlp_spans')).toBe(0);
    const metrics = await context.telemetry.registry.metrics();
    expect(metrics).toContain('faultline_oms_spans_total{outcome="unrelated"} 1');
  });

  it('says how many spans it rejected and why, and takes the others', async () => {
    const wrong = jsonSpan({ spanId: '2'.repeat(16), attributes: [text('faultline.operation.kind', 'explode')] });
    const answer = await send(wrong, jsonSpan(), jsonHop('0'.repeat(16)));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage: expect.stringContaining('1: faultline.operation.kind must be'),
      },
    });
    expect(await count('otlp_spans')).toBe(1);
  });

  it('ignores fields that it does not know, and takes null for nothing', async () => {
    const body = { ...request(jsonSpan({ links: null, flags: 3, futureField: [{ deep: {} }] })), resourceProfiles: 1 };
    expect((await post(JSON.stringify(body))).statusCode).toBe(200);
    expect(await count('operations')).toBe(1);
    for (const empty of ['{}', '{"resourceSpans":null}']) expect((await post(empty)).json()).toEqual({});
    const nothing = await post(Buffer.alloc(0), PROTO_HEADERS);
    expect([nothing.statusCode, nothing.rawPayload]).toEqual([200, Buffer.alloc(0)]);
  });

  it('keeps no more spans of a trace than an operation needs', async () => {
    const hops = Array.from({ length: 2100 }, (_, i) => jsonHop((i + 1).toString(16).padStart(16, '0')));
    const answer = await send(...hops);
    expect(answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '100' } });
    expect((await send(jsonSpan())).json()).toEqual({});
    expect([await count('otlp_spans'), await count('hops')]).toEqual([2001, 1000]);
  });

  it('forgets spans in time, but no hop of the operation that they made', async () => {
    await send(jsonSpan(), jsonHop('1'.repeat(16)));
    await send({ ...jsonHop('3'.repeat(16)), traceId: 'f'.repeat(32) });
    expect(await forgetSpans(context.db, NOW + 3_600_001)).toBe(1);
    expect(await forgetSpans(context.db, NOW + 86_400_001)).toBe(2);
    await send(jsonSpan());
    expect((await stored()).hops).toHaveLength(1);
  });

  it('adds nothing to a recording', async () => {
    const recorded = await createServer({ ...context, recording: { name: 'x', title: 'x', from: 0, to: 1 } });
    const answer = await recorded.inject({ method: 'POST', url: '/v1/traces', payload: request(jsonSpan()) });
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { message: expect.stringMatching(/^recording: /) }]);
    await recorded.close();
  });

  it('stores nothing, and says so, where the store fails', async () => {
    await context.db.schema.dropTable('otlp_spans').execute();
    const answer = await send(jsonSpan());
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({ code: 13, message: expect.stringMatching(/^internal: /), details: [] });
    expect(await count('operations')).toBe(0);
  });
});

const { Writer } = protobuf;
const bytes = (field: number, ...parts: Uint8Array[]): Buffer =>
  Buffer.from(
    Writer.create()
      .uint32((field << 3) | 2)
      .bytes(Buffer.concat(parts))
      .finish(),
  );
const protoSpan = (...more: Uint8Array[]): Buffer =>
  bytes(1, bytes(2, bytes(2, bytes(1, Buffer.from(TRACE, 'hex')), bytes(2, Buffer.from(ROOT, 'hex')), ...more)));

// Nothing of these reaches the store, whichever it is.
describe('POST /v1/traces, of refused requests,', () => {
  // One server for all: what one refused request leaves behind, the next ones would find.
  beforeAll(async () => {
    context = await testContext({ now: () => NOW });
    app = await createServer(context);
  });
  afterAll(close);
  const nothingIsStored = async (): Promise<void> => {
    expect([await count('otlp_spans'), await count('operations')]).toEqual([0, 0]);
  };

  const json = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));
  it.each<[string, Buffer, number, string, string | undefined]>([
    ['nothing', Buffer.alloc(0), 400, 'not-json', undefined],
    ['half a JSON', Buffer.from('{"resourceSpans":['), 400, 'not-json', undefined],
    ['a list', json([]), 400, 'invalid', ''],
    ['a text for a list', json({ resourceSpans: 'x' }), 400, 'invalid', '/resourceSpans'],
    [
      'a number for an id',
      json(request(jsonSpan({ traceId: 7 }))),
      400,
      'invalid',
      '/resourceSpans/0/scopeSpans/0/spans/0/traceId',
    ],
    ['a time with a fraction', json(request(jsonSpan({ endTimeUnixNano: 1.5 }))), 400, 'invalid', undefined],
    ['a time that is a text', json(request(jsonSpan({ endTimeUnixNano: 'now' }))), 400, 'invalid', undefined],
    ['a huge number', json(request(jsonSpan({ endTimeUnixNano: '9'.repeat(21) }))), 400, 'invalid', undefined],
    ['an attribute that is none', json(request(jsonSpan({ attributes: ['x'] }))), 400, 'invalid', undefined],
    ['the name of a prototype', Buffer.from('{"__proto__":{"resourceSpans":[]}}'), 400, 'not-json', undefined],
    ['10 MB', Buffer.alloc(10_000_000, 0x20), 413, 'body-too-large', undefined],
    ['deep nesting', Buffer.from('['.repeat(1_000_000)), 400, 'not-json', undefined],
  ])('refuses %s as JSON', async (_what, body, status, code, field) => {
    const answer = await post(body);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/json']);
    const told = answer.json<{
      message: string;
      details: { fieldViolations: { field: string; reason: string }[] }[];
    }>();
    expect(told.message).toMatch(new RegExp(`^${code}: `));
    const violation = told.details[0]?.fieldViolations[0];
    expect(violation?.reason).toBe(code.toUpperCase().replaceAll('-', '_'));
    if (field !== undefined) expect(violation?.field).toBe(field);
    await nothingIsStored();
  });

  it.each<[string, Buffer, number, string]>([
    ['a text', Buffer.from('resourceSpans'), 400, 'otlp-malformed'],
    ['a length beyond the body', Buffer.from('0affffffff0f', 'hex'), 400, 'otlp-malformed'],
    ['a length beyond its message', Buffer.from('0a0212ff', 'hex'), 400, 'otlp-malformed'],
    ['a number for a name', protoSpan(Buffer.from([5 << 3, 1])), 400, 'otlp-malformed'],
    ['groups in groups', Buffer.alloc(100_000, (99 << 3) | 3), 400, 'otlp-malformed'],
    ['two million empty messages', Buffer.from('0a00'.repeat(2_000_000), 'hex'), 413, 'body-too-large'],
    ['a million empty attributes', protoSpan(Buffer.from('4a00'.repeat(1_000_000), 'hex')), 413, 'body-too-large'],
    ['10 MB', Buffer.alloc(10_000_000), 413, 'body-too-large'],
  ])('refuses %s as protobuf', async (_what, body, status, code) => {
    const answer = await post(body, PROTO_HEADERS);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/x-protobuf']);
    expect(answer.rawPayload.toString('latin1')).toContain(`${code}: `);
    expect(answer.rawPayload.toString('latin1')).toContain(code.toUpperCase().replaceAll('-', '_'));
    await nothingIsStored();
  });

  it('refuses every beginning of a request in protobuf', async () => {
    const whole = protoSpan(bytes(5, Buffer.from('stop')));
    for (let length = 1; length < whole.length; length += 1) {
      const answer = await post(whole.subarray(0, length), PROTO_HEADERS);
      expect([length, answer.statusCode]).toEqual([length, 400]);
    }
    await nothingIsStored();
  });

  it.each<[string, Buffer, string, number, string]>([
    ['what is not gzip', Buffer.from('{}'), 'gzip', 400, 'otlp-malformed'],
    ['half a gzip', gzipSync(JSON.stringify(request(jsonSpan()))).subarray(0, 60), 'gzip', 400, 'otlp-malformed'],
    ['a bomb', gzipSync(Buffer.alloc(500_000_000)), 'gzip', 413, 'body-too-large'],
    ['another compression', Buffer.from('{}'), 'br', 415, 'unsupported-media-type'],
  ])('refuses %s', async (_what, body, encoding, status, code) => {
    const answer = await post(body, { ...JSON_HEADERS, 'content-encoding': encoding });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      status,
      { message: expect.stringMatching(`^${code}: `) },
    ]);
    await nothingIsStored();
  });

  it('refuses another encoding of the body', async () => {
    const answer = await post('<spans/>', { 'content-type': 'application/xml' });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      415,
      { message: expect.stringMatching(/^unsupported-media-type: /) },
    ]);
  });
});

describe.each<[string, (url: string) => SpanExporter]>([
  ['JSON', (url) => new HttpExporter({ url })],
  ['gzipped JSON', (url) => new HttpExporter({ url, compression: 'gzip' as never })],
  ['protobuf', (url) => new ProtoExporter({ url })],
  ['gzipped protobuf', (url) => new ProtoExporter({ url, compression: 'gzip' as never })],
])('OpenTelemetry’s own SDK, sending %s', (_what, exporterTo) => {
  let url: string;
  beforeEach(async () => {
    context = await testContext();
    app = await createServer(context);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(close);

  it('has its trace shown as an operation with its hops', async () => {
    const tracerOf = (service: string, host: string) => {
      const provider = new TracerProvider({
        resource: resourceFromAttributes({ 'service.name': service, 'host.name': host }),
        spanProcessors: [new SimpleSpanProcessor({ exporter: exporterTo(`${url}/v1/traces`) })],
      });
      return { provider, tracer: provider.getTracer('test') };
    };
    const api = tracerOf('nova-api', 'ctl1');
    const compute = tracerOf('nova-compute', 'hA');
    const under = (span: ApiSpan) => trace.setSpan(ROOT_CONTEXT, span);

    const stop = api.tracer.startSpan('stop server', {
      kind: SpanKind.SERVER,
      attributes: { 'faultline.operation.kind': 'stop', 'faultline.vm.uuid': VM, 'enduser.id': 'ana' },
    });
    const rpc = api.tracer.startSpan(
      'stop_instance',
      { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'nova-compute' } },
      under(stop),
    );
    const destroy = compute.tracer.startSpan(
      'destroy',
      { attributes: { 'faultline.hop.from': 'nova-compute', 'faultline.hop.to': 'nova-compute', numbers: [1, 2] } },
      under(rpc),
    );
    destroy.recordException(new Error('domain is not running'));
    destroy.setStatus({ code: SpanStatusCode.ERROR, message: 'failed' });
    destroy.end();
    rpc.end();
    stop.setStatus({ code: SpanStatusCode.ERROR });
    stop.end();
    await Promise.all([api, compute].map(({ provider }) => provider.shutdown()));

    const { traceId, spanId } = stop.spanContext();
    const operation = await stored(`otlp:${traceId}:${spanId}`);
    expect(operation).toMatchObject({
      kind: 'stop',
      vm: { uuid: VM },
      initiator: 'ana',
      result: 'failed',
      cause: 'domain is not running',
      source: 'nova-api',
    });
    expect(operation.hops).toMatchObject([
      {
        seq: 0,
        from: { role: 'nova-api', node: 'ctl1' },
        to: { role: 'nova-compute' },
        direction: 'request',
        result: 'ok',
      },
      {
        seq: 1,
        parent: 0,
        from: { role: 'nova-compute', node: 'hA' },
        to: { role: 'nova-compute', node: 'hA' },
        direction: 'local',
        result: 'failed',
        cause: 'domain is not running',
      },
    ]);
    expect(operation.started).toBeGreaterThan(NOW);
  });
});
