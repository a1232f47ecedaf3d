import { headerBytes, lengthWordBytes } from '../wire/packet.ts';

/** mulberry32: small, seeded, so that a failure can be repeated. Numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Words at which counts, lengths, signs and limits go over. */
const edges = [0, 1, 2, 3, 4, 27, 28, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 4_194_304, 4_194_305, 16_385];
const mostBytes = 16_384;

/** Damages packets, each by one to four changes, in an order that its seed fixes. */
export class Mutator {
  readonly #random: () => number;
  readonly #donors: readonly Buffer[];
  readonly #bytes = Buffer.alloc(mostBytes);
  #length = 0;

  /** `donors` lend the pieces for splices. */
  constructor(seed: number, donors: readonly Buffer[]) {
    this.#random = randomFrom(seed);
    this.#donors = donors;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** The damaged packet; valid until the next call. In two of three cases its length word is true again. */
  mutate(original: Buffer): Buffer {
    this.#length = original.copy(this.#bytes);
    for (let changes = 1 + this.below(4); changes > 0 && this.#length > 0; changes--) this.#change();
    if (this.#length >= lengthWordBytes && this.below(3) > 0) this.#bytes.writeUInt32BE(this.#length, 0);
    return this.#bytes.subarray(0, this.#length);
  }

  #change(): void {
    const at = this.below(this.#length);
    switch (this.below(8)) {
      case 0:
        this.#bytes[at] = (this.#bytes[at] ?? 0) ^ (1 << this.below(8));
        break;
      case 1:
        this.#word(at, this.below(2 ** 32));
        break;
      case 2:
        this.#word(at, edges[this.below(edges.length)] ?? 0);
        break;
      case 3:
        this.#nudge(at);
        break;
      case 4:
        this.#length = at;
        break;
      case 5:
        this.#insert(at, this.#bytes.subarray(at, at + 1 + this.below(16)));
        break;
      case 6:
        this.#remove(at, 1 + this.below(16));
        break;
      default:
        this.#splice(at);
    }
  }

  /** Where the value that holds byte `at` begins: XDR aligns all to four bytes. */
  #aligned(at: number): number | undefined {
    const start = at - (at % 4);
    return start + 4 <= this.#length ? start : undefined;
  }

  #word(at: number, value: number): void {
    const start = this.#aligned(at);
    if (start !== undefined) this.#bytes.writeUInt32BE(value, start);
  }

  /** One more or one less, as a wrong count or length is. */
  #nudge(at: number): void {
    const start = this.#aligned(at);
    if (start === undefined) return;
    const value = this.#bytes.readUInt32BE(start) + (this.below(2) === 0 ? -1 : 1);
    this.#bytes.writeUInt32BE(value >>> 0, start);
  }

  #insert(at: number, piece: Uint8Array): void {
    const added = Math.min(piece.length, mostBytes - this.#length);
    const copy = Buffer.from(piece.subarray(0, added));
    this.#bytes.copyWithin(at + added, at, this.#length);
    this.#bytes.set(copy, at);
    this.#length += added;
  }

  #remove(at: number, count: number): void {
    const removed = Math.min(count, this.#length - at);
    this.#bytes.copyWithin(at, at + removed, this.#length);
    this.#length -= removed;
  }

  /** The rest of another packet in place of our own; or, a third of the time, a whole one after it. */
  #splice(at: number): void {
    const donor = this.#donors[this.below(this.#donors.length)] ?? Buffer.alloc(0);
    const from = this.below(3) === 0 ? 0 : Math.min(donor.length, headerBytes + this.below(donor.length));
    const start = from === 0 ? this.#length : at;
    const added = Math.min(donor.length - from, mostBytes - start);
    donor.copy(this.#bytes, start, from, from + added);
    this.#length = start + added;
  }
}
