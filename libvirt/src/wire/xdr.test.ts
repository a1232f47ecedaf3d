import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '../errors.ts';
import {
  array,
  decodeWith,
  encodeWith,
  hyper,
  int,
  optional,
  string,
  struct,
  uhyper,
  uint,
  type Codec,
} from './codec.ts';
import { XdrReader } from './xdr-reader.ts';
import { XdrWriter } from './xdr-writer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('XDR on the wire', () => {
  const pair = struct<{ a: number; b: string }>({ a: int, b: string(8) });
  const examples: [string, Codec<never>, unknown, string][] = [
    ['int', int, -2, 'fffffffe'],
    ['uint', uint, 0xffff_fffe, 'fffffffe'],
    ['hyper', hyper, -2n, 'fffffffffffffffe'],
    ['uhyper', uhyper, 2n ** 64n - 2n, 'fffffffffffffffe'],
    ['a string padded to four bytes', string(8), 'héj', '00000004 68c3a96a'],
    ['an empty string', string(8), '', '00000000'],
    ['a string of five bytes', string(8), 'abcde', '00000005 6162636465000000'],
    ['an absent optional', optional(int), null, '00000000'],
    ['a present optional', optional(int), 7, '00000001 00000007'],
    ['an array', array(3, int), [1, 2], '00000002 00000001 00000002'],
    ['a struct in the order of its fields', pair, { a: 1, b: 'x' }, '00000001 00000001 78000000'],
  ] as [string, Codec<never>, unknown, string][];

  it.each(examples)('%s', (_name, codec, value, bytes) => {
    expect(encodeWith(codec, value as never)).toEqual(hex(bytes));
    expect(decodeWith(codec, hex(bytes))).toEqual(value);
  });

  it('keeps what it wrote when it has to grow', () => {
    const writer = new XdrWriter();
    for (let i = 0; i < 1_000; i++) writer.uint(i);
    const reader = new XdrReader(writer.toBuffer());
    for (let i = 0; i < 1_000; i++) expect(reader.uint()).toBe(i);
    reader.end();
  });
});

describe('bytes that lie', () => {
  it.each([
    ['a number cut short', int, '000000'],
    ['a string whose end is missing', string(8), '00000005 61626364'],
    ['a string whose padding is missing', string(8), '00000005 6162636465'],
    ['a string over its limit', string(8), '00000009 616263646566676869000000'],
    ['an item count over the limit', array(3, int), '00000004 00000000 00000000 00000000 00000000'],
    ['more items announced than there are', array(1_000_000, int), '000f4240 00000000'],
    ['a count of four billion', array(0xffff_ffff, int), 'ffffffff'],
    ['a boolean that is neither', optional(int), '00000002 00000001'],
    ['bytes after the last value', int, '00000001 00'],
  ] as [string, Codec<unknown>, string][])('%s is a ProtocolError', (_name, codec, bytes) => {
    expect(() => decodeWith(codec, hex(bytes))).toThrow(ProtocolError);
  });
});

describe('values the wire cannot carry', () => {
  it.each([
    ['int', int, 2 ** 31],
    ['int', int, 1.5],
    ['uint', uint, -1],
    ['uint', uint, Number.NaN],
    ['hyper', hyper, 2n ** 63n],
    ['uhyper', uhyper, -1n],
    ['string', string(3), 'four'],
    ['array', array(1, int), [1, 2]],
  ] as [string, Codec<unknown>, unknown][])(
    '%s of %p is a ProtocolError, not a wrapped value',
    (_name, codec, value) => {
      expect(() => encodeWith(codec, value)).toThrow(ProtocolError);
    },
  );
});
