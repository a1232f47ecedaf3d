/** Longer ones are decoded each time: what comes again and again is short. */
const maxCachedBytes = 96;

interface Entry {
  bytes: Uint8Array;
  text: string;
}

/**
 * Texts that come again and again, found by their bytes, so that they are neither decoded nor hashed anew. A place for
 * each of `slots` (a power of two) and no more, whatever arrives: the last of those that share a place has it.
 */
export class ByteCache {
  readonly #entries: (Entry | undefined)[];
  readonly #mask: number;
  readonly #decode: (bytes: Buffer) => string;

  constructor(slots: number, decode: (bytes: Buffer) => string) {
    this.#entries = new Array<Entry | undefined>(slots).fill(undefined);
    this.#mask = slots - 1;
    this.#decode = decode;
  }

  /** The text of `length` bytes from `start`. */
  text(source: Buffer, start: number, length: number): string {
    if (length > maxCachedBytes) return this.#decode(source.subarray(start, start + length));
    let hash = length;
    for (let at = start; at < start + length; at++) hash = (Math.imul(hash, 31) + (source[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    const found = this.#entries[slot];
    if (found && isSame(found.bytes, source, start, length)) return found.text;
    const bytes = source.subarray(start, start + length);
    const text = this.#decode(bytes);
    this.#entries[slot] = { bytes: Uint8Array.from(bytes), text };
    return text;
  }
}

function isSame(bytes: Uint8Array, source: Buffer, start: number, length: number): boolean {
  if (bytes.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[i] !== source[start + i]) return false;
  return true;
}
