import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '@faultline/contracts';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import { judgeAround, newsOf, type Surroundings } from '../observed/index.ts';
import { addOperation, findOperation, replaceOperation } from '../operations/index.ts';
import { findVm } from '../vms/index.ts';
import { operationsFromSpans } from './operations.ts';
import type { ToldSpan } from './told-span.ts';

/** An operation has no more hops than this. */
const MAX_SPANS_PER_TRACE = 2000;
const ROOM_FOR_OPERATIONS = 100;
/** Spans of a trace in which no span ever said that it is an operation, ms. The longest operation must end within it. */
const KEEP_UNUSED_MS = 3_600_000;
/** The last spans of an operation must come within it, ms. */
const KEEP_USED_MS = 86_400_000;
/** More that belongs to no operation yet is not kept: the oldest goes. */
const MAX_UNUSED = 200_000;
const DELETED_AT_ONCE = 2000;

export interface SpansReceipt {
  stored: number;
  known: number;
  /** Of traces that have more spans than an operation can have hops. */
  tooMany: number;
}

/** Stores spans, and the operations that they and the ones stored before make, in one transaction: all, or nothing. */
export async function storeSpans(
  db: OmsDatabase,
  spans: readonly ToldSpan[],
  { now, news }: Surroundings,
): Promise<SpansReceipt> {
  if (spans.length === 0) return { stored: 0, known: 0, tooMany: 0 };
  const traces = new Map<string, ToldSpan[]>();
  for (const span of spans) {
    const ofTrace = traces.get(span.trace);
    if (ofTrace === undefined) traces.set(span.trace, [span]);
    else ofTrace.push(span);
  }
  const { receipt, changed } = await db.transaction().execute(async (trx) => {
    const receipt: SpansReceipt = { stored: 0, known: 0, tooMany: 0 };
    const changed: Operation[] = [];
    for (const trace of [...traces.keys()].toSorted()) {
      await holdKey(trx, `trace ${trace}`);
      const stored = await spansOfTrace(trx, trace);
      const known = new Set(stored.map(({ span }) => span));
      const fresh = uniqueSpans(traces.get(trace) ?? []).filter(({ span }) => !known.has(span));
      const taken = withinRoom(fresh, MAX_SPANS_PER_TRACE - stored.length);
      receipt.stored += taken.length;
      receipt.known += (traces.get(trace)?.length ?? 0) - fresh.length;
      receipt.tooMany += fresh.length - taken.length;
      if (taken.length > 0) changed.push(...(await deriveTrace(trx, trace, { stored, taken, now: now() })));
    }
    await judgeAround(trx, changed, now());
    return { receipt, changed };
  });
  for (const operation of changed) news.tell(newsOf(operation));
  return receipt;
}

function uniqueSpans(spans: readonly ToldSpan[]): ToldSpan[] {
  const bySpan = new Map<string, ToldSpan>();
  for (const span of spans) if (!bySpan.has(span.span)) bySpan.set(span.span, span);
  return [...bySpan.values()];
}

/** The span that names the operation comes last, as it ends last: for it there is room when the others have filled theirs. */
function withinRoom(fresh: readonly ToldSpan[], room: number): ToldSpan[] {
  const operations = fresh.filter(({ operation }) => operation !== null);
  const hops = fresh.filter(({ operation }) => operation === null);
  return [
    ...operations.slice(0, Math.max(0, room + ROOM_FOR_OPERATIONS)),
    ...hops.slice(0, Math.max(0, room - operations.length)),
  ];
}

async function spansOfTrace(trx: OmsDatabase, trace: string): Promise<ToldSpan[]> {
  const rows = await trx.selectFrom('otlp_spans').select('span').where('trace_id', '=', trace).execute();
  return rows.map(({ span }) => JSON.parse(span) as ToldSpan);
}

/** @returns the operations that became known, or more of which became known */
async function deriveTrace(
  trx: OmsDatabase,
  trace: string,
  { stored, taken, now }: { stored: ToldSpan[]; taken: ToldSpan[]; now: number },
): Promise<Operation[]> {
  const operations = operationsFromSpans([...stored, ...taken]);
  const used: 0 | 1 = operations.length > 0 ? 1 : 0;
  const rows = taken.map((span) => ({
    trace_id: trace,
    span_id: span.span,
    received: now,
    used,
    span: JSON.stringify(span),
  }));
  await trx.insertInto('otlp_spans').values(rows).execute();
  if (used === 1) {
    await trx.updateTable('otlp_spans').set({ used }).where('trace_id', '=', trace).where('used', '=', 0).execute();
  }
  const changed: Operation[] = [];
  for (const operation of operations) if (await keep(trx, operation)) changed.push(operation);
  return changed;
}

/** An operation of whose spans the first ones were forgotten keeps the hops that it has. */
async function keep(trx: OmsDatabase, derived: Operation): Promise<boolean> {
  const { uuid, name } = derived.vm;
  const vm = name === uuid ? { uuid, name: (await findVm(trx, uuid))?.name ?? uuid } : derived.vm;
  const operation = { ...derived, vm };
  if (await addOperation(trx, operation)) return true;
  const stored = await findOperation(trx, operation.id);
  if (stored === undefined || stored.source !== operation.source || stored.vm.uuid !== uuid) return false;
  if (stored.hops.length > operation.hops.length || isDeepStrictEqual({ ...stored, vm }, operation)) return false;
  await replaceOperation(trx, operation);
  return true;
}

/** Forgets spans, a few at a time, of which no operation will be made any more. @returns how many */
export async function forgetSpans(db: OmsDatabase, now: number): Promise<number> {
  const unused = await deleteSpans(db, 0, now - KEEP_UNUSED_MS);
  const used = await deleteSpans(db, 1, now - KEEP_USED_MS);
  const oldestKept = await db
    .selectFrom('otlp_spans')
    .select('received')
    .where('used', '=', 0)
    .orderBy('received', 'desc')
    .offset(MAX_UNUSED)
    .limit(1)
    .executeTakeFirst();
  return unused + used + (oldestKept === undefined ? 0 : await deleteSpans(db, 0, oldestKept.received + 1));
}

async function deleteSpans(db: OmsDatabase, used: 0 | 1, before: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await db
      .selectFrom('otlp_spans')
      .select(['trace_id', 'span_id'])
      .where('used', '=', used)
      .where('received', '<', before)
      .orderBy('received')
      .limit(DELETED_AT_ONCE)
      .execute();
    if (rows.length === 0) return deleted;
    const traces = [...new Set(rows.map(({ trace_id }) => trace_id))];
    const spans = [...new Set(rows.map(({ span_id }) => span_id))];
    const { numDeletedRows } = await db
      .deleteFrom('otlp_spans')
      .where('trace_id', 'in', traces)
      .where('span_id', 'in', spans)
      .where('used', '=', used)
      .where('received', '<', before)
      .executeTakeFirst();
    deleted += Number(numDeletedRows);
  }
}
