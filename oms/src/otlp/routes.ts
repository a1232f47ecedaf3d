import { createGunzip } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { PROBLEMS, type ProblemKind } from '@faultline/contracts';
import type { FastifyError, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { DomainRoutes } from '../context.ts';
import { RecordingError } from '../errors.ts';
import { problemOfError } from '../problems.ts';
import { CLOCK_TOLERANCE_MS } from '../reports/index.ts';
import { acceptedAnswer, encodingOf, PROTOBUF, refusedAnswer } from './answer.ts';
import { OtlpEncodingError, OtlpMalformedError } from './errors.ts';
import { spansFromJson } from './json.ts';
import { spansFromProtobuf } from './protobuf.ts';
import { startForgetting } from './forget.ts';
import type { Span } from './span.ts';
import { storeSpans } from './store.ts';
import { readSpan, type ToldSpan } from './told-span.ts';

/** Uncompressed; a batch of an SDK is some hundred kilobytes. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** `POST /v1/traces`: OTLP/HTTP's own path. Spans of other clouds' operations become operations with their hops. */
export const otlpRoutes: DomainRoutes = (app, { context }) => {
  let leave: (() => Promise<void>) | undefined;
  app.addHook('onReady', async () => {
    if (context.recording !== null) return;
    leave = await context.lease.whileHeld(() => {
      const { close } = startForgetting(context);
      return Promise.resolve(close);
    });
  });
  app.addHook('onClose', async () => {
    await leave?.();
  });

  app.addContentTypeParser(PROTOBUF, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding === 'identity') done(null, payload);
    else if (encoding === 'gzip') done(null, gunzipped(payload as Readable, reply.raw));
    else done(new OtlpEncodingError(encoding));
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOfError(isOfGzip(error) ? new OtlpMalformedError(error.message) : error);
    if (problem.status >= 500) request.log.error({ err: error }, 'spans could not be stored');
    const encoding = encodingOf(request.headers['content-type']);
    // OTLP's clients send again what was answered 503, and nothing else.
    const { retryAfterS }: ProblemKind = PROBLEMS[problem.code];
    if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
    return reply.code(problem.status).type(encoding).send(refusedAnswer(encoding, problem));
  });

  const options = {
    config: { access: 'report' },
    schema: {
      summary: 'Spans of operations of other clouds, by OpenTelemetry (OTLP/HTTP, JSON or protobuf)',
      tags: ['operations'],
      response: { 200: Type.Unknown({ description: 'ExportTraceServiceResponse' }) },
    },
    bodyLimit: BODY_LIMIT_BYTES,
  } as const;
  app.post('/v1/traces', options, async (request, reply) => {
    if (context.recording !== null) throw new RecordingError();
    const encoding = encodingOf(request.headers['content-type']);
    const now = context.now();
    const { told, unrelated, reasons } = sorted(spansOf(request), now + CLOCK_TOLERANCE_MS);
    const { stored, known, tooMany } = await storeSpans(context.db, told, context);
    if (tooMany > 0) reasons.set('their trace has more spans than are kept of one', tooMany);
    const rejected = [...reasons.values()].reduce((sum, count) => sum + count, 0);
    for (const [outcome, count] of Object.entries({ stored, known, unrelated, rejected })) {
      context.telemetry.spans.inc({ outcome }, count);
    }
    return reply.type(encoding).send(acceptedAnswer(encoding, reasons));
  });
  return Promise.resolve();
};

/** Fastify counts what comes out of it against the limit of the body, so that a small body cannot become a large one. */
function gunzipped(payload: Readable, answer: ServerResponse): Readable & { receivedEncodedLength: number } {
  const gunzip = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => (gunzip.receivedEncodedLength += chunk.length));
  payload.on('error', (error) => gunzip.destroy(error));
  // Whatever is left once it was answered is not worth the work.
  answer.once('close', () => {
    payload.unpipe(gunzip);
    gunzip.destroy();
    payload.resume();
  });
  return payload.pipe(gunzip);
}

const isOfGzip = ({ code }: FastifyError): boolean => typeof code === 'string' && code.startsWith('Z_');

function spansOf({ body, headers }: FastifyRequest): Span[] {
  return encodingOf(headers['content-type']) === PROTOBUF ? spansFromProtobuf(body as Buffer) : spansFromJson(body);
}

function sorted(
  spans: readonly Span[],
  latest: number,
): { told: ToldSpan[]; unrelated: number; reasons: Map<string, number> } {
  const told: ToldSpan[] = [];
  const reasons = new Map<string, number>();
  let unrelated = 0;
  for (const span of spans) {
    const reading = readSpan(span, latest);
    if (reading === 'unrelated') unrelated += 1;
    else if ('told' in reading) told.push(reading.told);
    else reasons.set(reading.rejected, (reasons.get(reading.rejected) ?? 0) + 1);
  }
  return { told, unrelated, reasons };
}
