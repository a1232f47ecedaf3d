import { ProtocolError } from '../errors.ts';
import { paddedLength } from './xdr-reader.ts';

/** Writes XDR (RFC 4506). A value that its type cannot carry throws ProtocolError; nothing is cut or wrapped. */
export class XdrWriter {
  #bytes = Buffer.alloc(256);
  #length = 0;

  int(value: number): void {
    inRange(value, -0x8000_0000, 0x7fff_ffff);
    const start = this.#grow(4);
    this.#bytes.writeInt32BE(value, start);
  }

  uint(value: number): void {
    inRange(value, 0, 0xffff_ffff);
    const start = this.#grow(4);
    this.#bytes.writeUInt32BE(value, start);
  }

  hyper(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new ProtocolError(`${value} does not fit 64 bits`);
    const start = this.#grow(8);
    this.#bytes.writeBigInt64BE(value, start);
  }

  uhyper(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new ProtocolError(`${value} does not fit 64 unsigned bits`);
    const start = this.#grow(8);
    this.#bytes.writeBigUInt64BE(value, start);
  }

  double(value: number): void {
    const start = this.#grow(8);
    this.#bytes.writeDoubleBE(value, start);
  }

  bool(value: boolean): void {
    this.uint(value ? 1 : 0);
  }

  opaque(bytes: Uint8Array): void {
    const start = this.#grow(paddedLength(bytes.length));
    this.#bytes.set(bytes, start);
  }

  string(value: string, maxBytes: number): void {
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length > maxBytes) {
      throw new ProtocolError(`a string of ${bytes.length} bytes is over the limit of ${maxBytes}`);
    }
    this.uint(bytes.length);
    this.opaque(bytes);
  }

  /** What was written so far; later writes do not change it. */
  toBuffer(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  #grow(by: number): number {
    const start = this.#length;
    const needed = start + by;
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#length = needed;
    return start;
  }
}

/** A whole number as hyper types carry it. Throws ProtocolError for a fraction, or one too large to be exact. */
export function hyperFrom(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new ProtocolError(`${value} is not a whole number`);
  return BigInt(value);
}

function inRange(value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ProtocolError(`${value} is not a whole number from ${min} to ${max}`);
  }
}
