import type { OfferedKind } from './kinds.ts';
import { readFields, type Filled } from './fields.ts';

/** Body of `POST /api/v1/operations`. */
export type OperationRequest = { id: string; vm: string; kind: string; initiator: string } & Record<string, unknown>;

export interface Wanted {
  offered: OfferedKind;
  filled: Filled;
  initiator: string;
  /** The caller's own id: the OMS performs it once, however often it is sent. */
  id: string;
  /** The VM's UUID; for a new VM the one that it will have. */
  vm: string;
}

/** The request that was filled in, or what is wrong, by field. */
export function requestOf({
  offered,
  filled,
  initiator,
  id,
  vm,
}: Wanted): { request: OperationRequest } | { wrong: Record<string, string> } {
  const { kind } = offered;
  const head = { id, vm, kind, initiator: initiator.trim() };
  if (kind === 'create' && typeof filled['xml'] === 'string' && filled['xml'].trim() !== '') {
    return createFromXml(head, filled, filled['xml'].trim());
  }
  const read = readFields(offered.fields, filled);
  if ('wrong' in read) {
    return read;
  }
  if (kind !== 'create') {
    return { request: { ...head, ...read.values } };
  }
  const { host, start, ...spec } = read.values;
  return { request: { ...head, host, definition: { type: 'spec', ...spec }, ...(start === true && { start: false }) } };
}

const MOST_XML = 65_536;

/** libvirt's own `<domain>`: it says itself which UUID the VM has. */
function createFromXml(
  head: { id: string; vm: string; kind: string; initiator: string },
  filled: Filled,
  xml: string,
): { request: OperationRequest } | { wrong: Record<string, string> } {
  const host = filled['host'];
  const uuid = /<uuid>\s*([0-9a-fA-F-]{36})\s*<\/uuid>/.exec(xml)?.[1]?.toLowerCase();
  const wrong = {
    ...((typeof host !== 'string' || host === '') && { host: 'Host is needed.' }),
    ...(xml.length > MOST_XML && { xml: 'At most 64 kB.' }),
    ...(uuid === undefined && { xml: 'It has no <uuid>, which the new VM needs.' }),
  };
  if (Object.keys(wrong).length > 0 || uuid === undefined) {
    return { wrong };
  }
  const start = filled['start'] === true ? { start: false } : {};
  return { request: { ...head, vm: uuid, host, definition: { type: 'xml', xml }, ...start } };
}

const fillAtRandom = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

/** A random UUID. `crypto.randomUUID` is only there where the page came over TLS or from this machine. */
export function randomUuid(random: typeof fillAtRandom = fillAtRandom): string {
  const bytes = random(new Uint8Array(16));
  // RFC 9562, section 5.4: version 4, variant 10.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
