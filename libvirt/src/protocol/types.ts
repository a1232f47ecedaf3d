import type { DomainRef, DomainStats, TypedValue } from '../domain.ts';
import { ProtocolError, RemoteError } from '../errors.ts';
import { errorCodeName, errorLevelNames } from '../names/error-codes.ts';
import { array, int, optional, string, struct, uint, type Codec } from '../wire/codec.ts';
import type { XdrReader } from '../wire/xdr-reader.ts';
import type { XdrWriter } from '../wire/xdr-writer.ts';

/** REMOTE_STRING_MAX, remote_protocol.x: 4 MiB. */
const stringMax = 4 * 1024 * 1024;
/** REMOTE_DOMAIN_LIST_MAX, remote_protocol.x. */
export const domainListMax = 16_384;
/** REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX, remote_protocol.x: of records, and of parameters in a record. */
export const domainStatsMax = 262_144;

/** remote_nonnull_string. */
export const text = string(stringMax);
/** remote_string: may be NULL. */
export const optionalText = optional(text);

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** remote_uuid: VIR_UUID_BUFLEN (16) raw bytes, here as lower-case 8-4-4-4-12. */
export const uuid: Codec<string> = {
  encode: (writer, value) => {
    if (!uuidPattern.test(value)) throw new ProtocolError(`'${value}' is not a UUID`);
    writer.opaque(Buffer.from(value.replaceAll('-', ''), 'hex'));
  },
  decode: (reader) => {
    const hex = reader.opaque(16).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
};

/** remote_nonnull_domain. */
export const domainRef = struct<DomainRef>({ name: text, uuid, id: int });

/** Shapes that several procedures share. */
export const domainOnly = struct<{ domain: DomainRef }>({ domain: domainRef });
export const domainAndFlags = struct<{ domain: DomainRef; flags: number }>({ domain: domainRef, flags: uint });
export const xmlOnly = struct<{ xml: string }>({ xml: text });

/** virTypedParameterType, libvirt-common.h. */
const paramType = { int: 1, uint: 2, llong: 3, ullong: 4, double: 5, boolean: 6, string: 7 } as const;

/** remote_typed_param_value: a union by type. Encoding chooses the narrowest type that carries the value. */
const typedValue: Codec<TypedValue> = { encode: encodeTypedValue, decode: decodeTypedValue };

function decodeTypedValue(reader: XdrReader): TypedValue {
  const type = reader.int();
  switch (type) {
    case paramType.int:
      return reader.int();
    case paramType.uint:
      return reader.uint();
    case paramType.llong:
      return reader.hyper();
    case paramType.ullong:
      return reader.uhyper();
    case paramType.double:
      return reader.double();
    case paramType.boolean:
      return reader.int() !== 0;
    case paramType.string:
      return text.decode(reader);
    default:
      throw new ProtocolError(`a typed parameter has the unknown type ${type}`);
  }
}

function encodeTypedValue(writer: XdrWriter, value: TypedValue): void {
  if (typeof value === 'boolean') {
    writer.int(paramType.boolean);
    writer.int(value ? 1 : 0);
  } else if (typeof value === 'string') {
    writer.int(paramType.string);
    text.encode(writer, value);
  } else if (typeof value === 'bigint') {
    encodeBigint(writer, value);
  } else {
    encodeNumber(writer, value);
  }
}

function encodeBigint(writer: XdrWriter, value: bigint): void {
  if (value < 0n) {
    writer.int(paramType.llong);
    writer.hyper(value);
  } else {
    writer.int(paramType.ullong);
    writer.uhyper(value);
  }
}

function encodeNumber(writer: XdrWriter, value: number): void {
  if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0xffff_ffff) {
    writer.int(paramType.double);
    writer.double(value);
  } else if (value > 0x7fff_ffff) {
    writer.int(paramType.uint);
    writer.uint(value);
  } else {
    writer.int(paramType.int);
    writer.int(value);
  }
}

/** remote_typed_param. */
export interface TypedParam {
  field: string;
  value: TypedValue;
}

/** remote_typed_param<max>. */
export function typedParams(max: number): Codec<readonly TypedParam[]> {
  return array(max, struct<TypedParam>({ field: text, value: typedValue }));
}

const statsParams = typedParams(domainStatsMax);

/** remote_domain_stats_record. */
export const domainStatsRecord: Codec<DomainStats> = {
  encode: (writer, { domain, values }) => {
    domainRef.encode(writer, domain);
    statsParams.encode(
      writer,
      Array.from(values, ([field, value]) => ({ field, value })),
    );
  },
  decode: (reader) => ({
    domain: domainRef.decode(reader),
    values: new Map(statsParams.decode(reader).map(({ field, value }) => [field, value])),
  }),
};

/** virNetMessageError, virnetprotocol.x (the same layout as remote_error). */
interface WireError {
  code: number;
  domain: number;
  message: string | null;
  level: number;
  dom: DomainRef | null;
  str1: string | null;
  str2: string | null;
  str3: string | null;
  int1: number;
  int2: number;
  net: { name: string; uuid: string } | null;
}

const wireError = struct<WireError>({
  code: int,
  domain: int,
  message: optionalText,
  level: int,
  dom: optional(domainRef),
  str1: optionalText,
  str2: optionalText,
  str3: optionalText,
  int1: int,
  int2: int,
  net: optional(struct<{ name: string; uuid: string }>({ name: text, uuid })),
});

/** The payload of a reply with status VIR_NET_ERROR. Encoding fills what libvirt itself fills for a plain error. */
export const remoteError: Codec<RemoteError> = {
  encode: (writer, error) => {
    wireError.encode(writer, {
      code: error.libvirtCode,
      domain: error.domain,
      message: error.message,
      level: errorLevelNames.indexOf(error.level),
      dom: null,
      str1: error.message,
      str2: null,
      str3: null,
      int1: 0,
      int2: 0,
      net: null,
    });
  },
  decode: (reader) => {
    const { code, domain, message, level } = wireError.decode(reader);
    const codeName = errorCodeName(code);
    return new RemoteError(message ?? codeName, {
      libvirtCode: code,
      codeName,
      domain,
      level: errorLevelNames[level] ?? 'error',
    });
  },
};

/** A C `char[length]` as XDR carries it: one int a character, NUL-terminated (remote_node_get_info_ret.model). */
export function charArray(length: number): Codec<string> {
  return {
    encode: (writer, value) => {
      const bytes = Buffer.from(value, 'utf8');
      if (bytes.length >= length) throw new ProtocolError(`'${value}' does not fit ${length - 1} bytes`);
      for (let i = 0; i < length; i++) writer.int(bytes[i] ?? 0);
    },
    decode: (reader) => {
      const bytes = Buffer.from(Array.from({ length }, () => reader.int() & 0xff));
      const end = bytes.indexOf(0);
      return bytes.subarray(0, end < 0 ? length : end).toString('utf8');
    },
  };
}
