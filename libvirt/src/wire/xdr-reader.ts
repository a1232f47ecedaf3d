import { ProtocolError } from '../errors.ts';
import type { ByteCache } from './byte-cache.ts';

/**
 * Reads XDR (RFC 4506) from one packet. Every read is checked against the bytes that are really there and against the
 * caller's limit, so that a lying length costs nothing: a violation throws ProtocolError.
 */
export class XdrReader {
  readonly #bytes: Buffer;
  /** Of the same bytes: reads 64 bits ten times as fast as Buffer does. */
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  int(): number {
    return this.#view.getInt32(this.#take(4));
  }

  uint(): number {
    return this.#view.getUint32(this.#take(4));
  }

  hyper(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  uhyper(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** RFC 4506 4.4: a bool is 0 or 1, nothing else. */
  bool(): boolean {
    const value = this.uint();
    if (value > 1) throw new ProtocolError(`a boolean holds ${value}`);
    return value === 1;
  }

  /** Fixed-length opaque: `length` bytes and their padding. */
  opaque(length: number): Buffer {
    const start = this.#take(paddedLength(length));
    return this.#bytes.subarray(start, start + length);
  }

  /** A count or length that must not be over `max`. */
  length(max: number, what: string): number {
    const length = this.uint();
    if (length > max) throw new ProtocolError(`${what} of ${length} is over the limit of ${max}`);
    return length;
  }

  string(maxBytes: number): string {
    const length = this.length(maxBytes, 'a string length');
    const start = this.#take(paddedLength(length));
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** A string that `cache` may know already. */
  cachedString(maxBytes: number, cache: ByteCache): string {
    const length = this.length(maxBytes, 'a string length');
    return cache.text(this.#bytes, this.#take(paddedLength(length)), length);
  }

  /** The text of a fixed-length opaque that `cache` may know already. */
  cachedOpaque(length: number, cache: ByteCache): string {
    return cache.text(this.#bytes, this.#take(paddedLength(length)), length);
  }

  /** To be called last: a packet holds its values and nothing after them. */
  end(): void {
    if (this.remaining > 0) throw new ProtocolError(`${this.remaining} bytes follow the last value`);
  }

  #take(length: number): number {
    if (length > this.remaining) {
      throw new ProtocolError(`the packet ends ${length - this.remaining} bytes too early`);
    }
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** RFC 4506 3: every item takes a multiple of four bytes. */
export function paddedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}
