/** What a span tells of an operation on a VM, by the attributes that docs/otlp.md lists. Pure. */
import {
  Hop,
  MAX_SOURCE_LENGTH,
  OPERATION_KINDS,
  PartyRole,
  VmUuid,
  type OperationKind,
  type Party,
} from '@faultline/contracts';
import { Value } from 'typebox/value';
import { RESERVED_SOURCES } from '../observed/index.ts';
import type { Attributes, Span } from './span.ts';

/** Of several names, the first that is there counts. */
const SPAN_ATTRIBUTES = {
  kind: ['faultline.operation.kind'],
  vmUuid: ['faultline.vm.uuid', 'vm.uuid', 'openstack.instance_uuid'],
  vmName: ['faultline.vm.name', 'vm.name'],
  initiator: ['enduser.id', 'user.id'],
  from: ['faultline.hop.from'],
  to: ['faultline.hop.to', 'peer.service', 'service.peer.name'],
  direction: ['faultline.hop.direction'],
} as const;
const RESOURCE_ATTRIBUTES = {
  role: ['faultline.role', 'service.name'],
  service: ['service.name'],
  node: ['host.name'],
} as const;

/** Attributes of ours, on the span or on its resource, say that it has to do with operations. */
const OURS = 'faultline.';

const MAX_NAME = 255;
const MAX_TEXT = 4096;
const MAX_ROLE = 64;

/** The part of a span that an operation is made of; kept until the spans around it have come. Times are ms. */
export interface ToldSpan {
  trace: string;
  span: string;
  parent: string | null;
  name: string;
  started: number;
  ended: number;
  failed: boolean;
  /** Why, where it failed and says so. */
  cause: string | null;
  from: Party;
  to: Party;
  direction: Hop['direction'];
  /** Whether it says by itself that it is a hop, beside what a span of an operation always is. */
  isHop: boolean;
  /** Of a span that is an operation as a whole. */
  operation: { kind: OperationKind; vm: string; vmName: string | null; initiator: string; source: string } | null;
}

export type SpanReading = { told: ToldSpan } | { rejected: string } | 'unrelated';

/** @param latest times after this are in the future, ms */
export function readSpan(span: Span, latest: number): SpanReading {
  if (!isRelated(span)) return 'unrelated';
  const { traceId, spanId, parentSpanId, started, ended, failed } = span;
  if (!isId(traceId, 32) || !isId(spanId, 16)) return { rejected: 'trace id or span id is none' };
  if (parentSpanId !== '' && !isId(parentSpanId, 16)) return { rejected: 'the parent span id is none' };
  if (started === 0 || ended < started) return { rejected: 'it does not end after it starts' };
  if (ended > latest) return { rejected: 'its end is in the future' };
  const operation = operationIn(span);
  if (typeof operation === 'string') return { rejected: operation };
  return {
    told: {
      trace: traceId,
      span: spanId,
      parent: parentSpanId === '' ? null : parentSpanId,
      name: lines(span.name),
      started,
      ended,
      failed,
      cause: failed ? lines(span.exception || span.statusMessage) || null : null,
      ...partiesOf(span),
      operation,
    },
  };
}

/** A resource may have as many attributes as spans, and is looked through once for all of them. */
const relatedResources = new WeakMap<Attributes, boolean>();

function isRelated({ attributes, resource }: Span): boolean {
  let isFromRelated = relatedResources.get(resource);
  if (isFromRelated === undefined) relatedResources.set(resource, (isFromRelated = hasOurs(resource)));
  return isFromRelated || first(attributes, SPAN_ATTRIBUTES.to) !== undefined || hasOurs(attributes);
}

const hasOurs = (attributes: Attributes): boolean => [...attributes.keys()].some((key) => key.startsWith(OURS));

/** The operation that a span is, null where it is none, or why it can be none. */
function operationIn({ attributes, resource }: Span): ToldSpan['operation'] | string {
  const told = first(attributes, SPAN_ATTRIBUTES.kind);
  if (told === undefined) return null;
  const kind = OPERATION_KINDS.find((each) => each === told);
  if (kind === undefined) return `${SPAN_ATTRIBUTES.kind[0]} must be one of ${OPERATION_KINDS.join(', ')}`;
  const vm = first(attributes, SPAN_ATTRIBUTES.vmUuid)?.toLowerCase();
  if (!Value.Check(VmUuid, vm)) return `an operation needs the UUID of its VM as ${SPAN_ATTRIBUTES.vmUuid[0]}`;
  const source = wordOf(first(resource, RESOURCE_ATTRIBUTES.service), MAX_SOURCE_LENGTH);
  if (RESERVED_SOURCES.has(source.toLowerCase())) return `service.name must not be ${source}`;
  const vmName = first(attributes, SPAN_ATTRIBUTES.vmName);
  return {
    kind,
    vm,
    vmName: vmName === undefined ? null : line(vmName),
    initiator: line(first(attributes, SPAN_ATTRIBUTES.initiator) ?? 'unknown'),
    source,
  };
}

/** A call goes from its service to the other one, everything else is done within its service. */
function partiesOf({ attributes, resource }: Span): Pick<ToldSpan, 'from' | 'to' | 'direction' | 'isHop'> {
  const own = wordOf(first(resource, RESOURCE_ATTRIBUTES.role), MAX_ROLE);
  const [fromTold, toTold] = [first(attributes, SPAN_ATTRIBUTES.from), first(attributes, SPAN_ATTRIBUTES.to)];
  const from = fromTold === undefined ? own : wordOf(fromTold, MAX_ROLE);
  const to = toTold === undefined ? own : wordOf(toTold, MAX_ROLE);
  const node = line(first(resource, RESOURCE_ATTRIBUTES.node) ?? '');
  const party = (role: string, isHere: boolean): Party => (node !== '' && isHere ? { role, node } : { role });
  const directionTold = first(attributes, SPAN_ATTRIBUTES.direction);
  return {
    // The process that sent the span is the one that has its role; else the one that began it.
    from: party(from, from === own || to !== own),
    to: party(to, to === own),
    direction: Value.Check(Hop.properties.direction, directionTold) ? directionTold : from === to ? 'local' : 'request',
    isHop: fromTold !== undefined || toTold !== undefined,
  };
}

function first(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** Neither of all zeros is one: see W3C Trace Context. */
const isId = (text: string, digits: number): boolean =>
  text.length === digits && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text);

/** Control characters and halves of surrogate pairs, which no record takes (`Line` and `Lines` of the contracts). */
const NOT_PLAIN = /[\p{Cc}\p{Cs}]/gu;
const REPLACED = '\ufffd';
const line = (text: string): string => text.slice(0, MAX_NAME).replace(NOT_PLAIN, REPLACED);
const lines = (text: string): string =>
  text.slice(0, MAX_TEXT).replace(NOT_PLAIN, (character) => ('\t\n\r'.includes(character) ? character : REPLACED));

/** A role or a source: other characters than they may have become dashes. */
function wordOf(text: string | undefined, length: number): string {
  const word = (text ?? '')
    .slice(0, length)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  return Value.Check(PartyRole, word) ? word : 'unknown';
}
