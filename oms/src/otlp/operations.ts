/** From the spans of one trace to its operations. Pure. */
import type { Hop, Operation } from '@faultline/contracts';
import type { ToldSpan } from './told-span.ts';

const MAX_HOPS = 1000;

/**
 * The operations that the spans of one trace tell of so far. A span that says which operation it is becomes one, and the
 * spans below it become its hops; one below another is that one's child. A span whose parent has not come (or is none that is
 * kept) belongs to the trace's operation where there is only one, and is left out until it is clear where there are several.
 *
 * @param spans all of one trace, in any order; the result depends on the set alone
 */
export function operationsFromSpans(spans: readonly ToldSpan[]): Operation[] {
  const bySpan = new Map(spans.map((span) => [span.span, span]));
  const operations = spans.filter(({ operation }) => operation !== null);
  const only = operations.length === 1 ? operations[0] : undefined;
  const members = new Map<string, ToldSpan[]>(operations.map(({ span }) => [span, []]));
  for (const span of spans) {
    if (span.operation !== null) {
      if (span.isHop) members.get(span.span)?.push(span);
      continue;
    }
    const owner = ownerOf(span, bySpan, only);
    if (owner !== undefined) members.get(owner.span)?.push(span);
  }
  return operations
    .toSorted(inTime)
    .flatMap((span) => operationOf(span, members.get(span.span) ?? [], parentOf(span, bySpan)) ?? []);
}

/** Towards the root, the nearest span that is an operation. */
function ownerOf(
  { span, parent }: ToldSpan,
  bySpan: ReadonlyMap<string, ToldSpan>,
  only: ToldSpan | undefined,
): ToldSpan | undefined {
  const passed = new Set([span]);
  for (let id = parent; id !== null;) {
    // Spans may claim to be each other's parents.
    if (passed.has(id)) return undefined;
    passed.add(id);
    const above = bySpan.get(id);
    if (above === undefined) return only;
    if (above.operation !== null) return above;
    id = above.parent;
  }
  return only;
}

const parentOf = (span: ToldSpan, bySpan: ReadonlyMap<string, ToldSpan>): ToldSpan | undefined =>
  ownerOf(span, bySpan, undefined);

const inTime = (a: ToldSpan, b: ToldSpan): number =>
  a.started - b.started || a.ended - b.ended || a.span.localeCompare(b.span);

const operationId = ({ trace, span }: Pick<ToldSpan, 'trace' | 'span'>): string => `otlp:${trace}:${span}`;

function operationOf(span: ToldSpan, members: readonly ToldSpan[], parent: ToldSpan | undefined): Operation | null {
  const { operation, started, ended, failed } = span;
  if (operation === null) return null;
  const { kind, vm, vmName, initiator, source } = operation;
  const hops = hopsOf(members);
  const cause = failed ? (span.cause ?? hops.find(({ result }) => result === 'failed')?.cause) : undefined;
  return {
    id: operationId(span),
    correlationId: span.trace,
    ...(parent === undefined ? {} : { parentId: operationId(parent) }),
    vm: { uuid: vm, name: vmName ?? vm },
    kind,
    initiator,
    started,
    ended,
    result: failed ? 'failed' : 'ok',
    ...(cause === undefined ? {} : { cause }),
    source,
    hops,
  };
}

/** Causes before what they caused, and otherwise in order of time (jaeger-ui #2371: the time alone proves no dependency). */
function hopsOf(members: readonly ToldSpan[]): Hop[] {
  const here = new Set(members.map(({ span }) => span));
  const children = new Map<string | null, ToldSpan[]>();
  for (const member of members.toSorted(inTime)) {
    const above = member.parent !== null && here.has(member.parent) ? member.parent : null;
    const siblings = children.get(above);
    if (siblings === undefined) children.set(above, [member]);
    else siblings.push(member);
  }
  const hops: Hop[] = [];
  const waiting = (children.get(null) ?? []).map((member) => ({ member, parent: undefined as number | undefined }));
  for (let next = waiting.shift(); next !== undefined && hops.length < MAX_HOPS; next = waiting.shift()) {
    const seq = hops.length;
    hops.push(hopOf(next.member, seq, next.parent));
    waiting.unshift(...(children.get(next.member.span) ?? []).map((member) => ({ member, parent: seq })));
  }
  return hops;
}

function hopOf(span: ToldSpan, seq: number, parent: number | undefined): Hop {
  const { from, to, direction, started, ended, failed, cause } = span;
  return {
    seq,
    ...(parent === undefined ? {} : { parent }),
    from,
    to,
    message: span.name,
    direction,
    at: started,
    ended,
    result: failed ? 'failed' : 'ok',
    ...(failed ? { cause: cause ?? 'the span has status ERROR and does not say why' } : {}),
    observed: 'reported',
  };
}
