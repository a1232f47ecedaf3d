import { ProtocolError } from '../errors.ts';
import { XdrReader } from './xdr-reader.ts';
import { XdrWriter } from './xdr-writer.ts';

/** How one type of the protocol's .x files lies on the wire. Client and fake daemon share each codec. */
export interface Codec<T> {
  encode(writer: XdrWriter, value: T): void;
  decode(reader: XdrReader): T;
}

export const int: Codec<number> = {
  encode: (writer, value) => {
    writer.int(value);
  },
  decode: (reader) => reader.int(),
};

export const uint: Codec<number> = {
  encode: (writer, value) => {
    writer.uint(value);
  },
  decode: (reader) => reader.uint(),
};

export const hyper: Codec<bigint> = {
  encode: (writer, value) => {
    writer.hyper(value);
  },
  decode: (reader) => reader.hyper(),
};

export const uhyper: Codec<bigint> = {
  encode: (writer, value) => {
    writer.uhyper(value);
  },
  decode: (reader) => reader.uhyper(),
};

/** Arguments or results declared void. */
export const nothing: Codec<undefined> = {
  encode: () => undefined,
  decode: () => undefined,
};

export function string(maxBytes: number): Codec<string> {
  return {
    encode: (writer, value) => {
      writer.string(value, maxBytes);
    },
    decode: (reader) => reader.string(maxBytes),
  };
}

/** opaque<max>: bytes, with their number before them. */
export function bytes(max: number): Codec<Uint8Array> {
  return {
    encode: (writer, value) => {
      if (value.length > max) throw new ProtocolError(`${value.length} bytes are over the limit of ${max}`);
      writer.uint(value.length);
      writer.opaque(value);
    },
    decode: (reader) => reader.opaque(reader.length(max, 'a number of bytes')),
  };
}

/** An XDR pointer: a bool, then the value if it is 1. */
export function optional<T>(codec: Codec<T>): Codec<T | null> {
  return {
    encode: (writer, value) => {
      writer.bool(value !== null);
      if (value !== null) codec.encode(writer, value);
    },
    decode: (reader) => (reader.bool() ? codec.decode(reader) : null),
  };
}

export function array<T>(max: number, codec: Codec<T>): Codec<readonly T[]> {
  return {
    encode: (writer, values) => {
      if (values.length > max) throw new ProtocolError(`${values.length} items are over the limit of ${max}`);
      writer.uint(values.length);
      for (const value of values) codec.encode(writer, value);
    },
    decode: (reader) => {
      const count = reader.length(max, 'an item count');
      // Not preallocated: the count is the sender's word, the items are what arrived.
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(codec.decode(reader));
      return values;
    },
  };
}

/** Fields in the order written, as XDR structs lie. */
export function struct<T extends object>(fields: { [K in keyof T]: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(fields) as (keyof T)[];
  return {
    encode: (writer, value) => {
      for (const name of names) fields[name].encode(writer, value[name]);
    },
    decode: (reader) => {
      const value: Partial<T> = {};
      for (const name of names) value[name] = fields[name].decode(reader);
      return value as T;
    },
  };
}

export function encodeWith<T>(codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.encode(writer, value);
  return writer.toBuffer();
}

/** Decodes a whole payload; bytes left over are a ProtocolError. */
export function decodeWith<T>(codec: Codec<T>, payload: Uint8Array): T {
  const reader = new XdrReader(payload);
  const value = codec.decode(reader);
  reader.end();
  return value;
}
