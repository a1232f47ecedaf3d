/** One structure of the SMBIOS table (DMTF DSP0134, 6.1): its formatted area, and the strings behind it. */
export interface SmbiosStructure {
  type: number;
  handle: number;
  data: Buffer;
  strings: readonly string[];
}

const MAX_STRUCTURES = 4096;
const HEADER_BYTES = 4;
const END_OF_TABLE = 127;

/**
 * The structures of a raw table. One that is cut short or claims an impossible length ends the reading; what came before it counts.
 * Firmware writes this, so nothing in it is trusted.
 */
export function smbiosStructures(table: Buffer): SmbiosStructure[] {
  const structures: SmbiosStructure[] = [];
  let offset = 0;
  while (offset + HEADER_BYTES <= table.length && structures.length < MAX_STRUCTURES) {
    const type = table.readUInt8(offset);
    const length = table.readUInt8(offset + 1);
    if (length < HEADER_BYTES || offset + length > table.length) break;
    const data = table.subarray(offset, offset + length);
    // The strings end with an empty one; a structure without any has two zero bytes all the same.
    const strings: string[] = [];
    let at = offset + length;
    for (;;) {
      const end = table.indexOf(0, at);
      if (end === -1) return structures;
      if (end === at) break;
      strings.push(table.toString('latin1', at, end).trim());
      at = end + 1;
    }
    offset = at + (strings.length === 0 ? 2 : 1);
    structures.push({ type, handle: data.readUInt16LE(2), data, strings });
    if (type === END_OF_TABLE) break;
  }
  return structures;
}

/** A field of the formatted area, undefined where this version of the structure ends before it. */
export const field = {
  byte: ({ data }: SmbiosStructure, at: number): number | undefined =>
    at < data.length ? data.readUInt8(at) : undefined,
  word: ({ data }: SmbiosStructure, at: number): number | undefined =>
    at + 2 <= data.length ? data.readUInt16LE(at) : undefined,
  /** Strings are counted from 1; 0 is none. */
  text: ({ data, strings }: SmbiosStructure, at: number): string | undefined =>
    at < data.length ? strings[data.readUInt8(at) - 1] : undefined,
  /** As SMBIOS 2.6 and later store it: the first three fields little-endian. All ones or all zeros: not set. */
  uuid: ({ data }: SmbiosStructure, at: number): string | undefined => {
    if (at + 16 > data.length) return undefined;
    const bytes = data.subarray(at, at + 16);
    if (bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 0xff)) return undefined;
    const hex = (from: number, to: number, swapped: boolean): string =>
      Buffer.from(swapped ? [...bytes.subarray(from, to)].reverse() : bytes.subarray(from, to)).toString('hex');
    return [hex(0, 4, true), hex(4, 6, true), hex(6, 8, true), hex(8, 10, false), hex(10, 16, false)].join('-');
  },
};
