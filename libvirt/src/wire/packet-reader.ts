import { ProtocolError } from '../errors.ts';
import { decodePacket, headerBytes, lengthWordBytes, maxPacketBytes, type Packet } from './packet.ts';

/**
 * Cuts the byte stream into packets, however it arrives. Memory grows only with bytes received, never with a length
 * announced. A length under 28 or over 32 MiB + 4 throws ProtocolError; the stream cannot be read on after that.
 */
export class PacketReader {
  #chunks: Buffer[] = [];
  #buffered = 0;

  /** The packets completed by `chunk`. */
  *push(chunk: Buffer): Generator<Packet> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    for (;;) {
      const length = this.#packetLength();
      if (length === undefined || this.#buffered < length) return;
      const bytes = this.#joined();
      this.#keep(bytes.subarray(length));
      yield decodePacket(bytes.subarray(0, length));
    }
  }

  #packetLength(): number | undefined {
    if (this.#buffered < lengthWordBytes) return undefined;
    const first = this.#chunks[0];
    const length = (first && first.length >= lengthWordBytes ? first : this.#joined()).readUInt32BE(0);
    if (length < headerBytes || length > maxPacketBytes) {
      throw new ProtocolError(`a packet announces ${length} bytes, allowed are ${headerBytes} to ${maxPacketBytes}`);
    }
    return length;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (first && this.#chunks.length === 1) return first;
    const bytes = Buffer.concat(this.#chunks, this.#buffered);
    this.#chunks = [bytes];
    return bytes;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
  }
}
