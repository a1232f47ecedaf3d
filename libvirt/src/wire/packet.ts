import { ProtocolError } from '../errors.ts';

/** virNetMessageType, src/rpc/virnetprotocol.x. Streams and file descriptors are not used here. */
export const messageType = { call: 0, reply: 1, message: 2 } as const;

/** virNetMessageStatus, src/rpc/virnetprotocol.x. */
export const messageStatus = { ok: 0, error: 1 } as const;

/** virNetMessageHeader without the length word. */
export interface PacketHeader {
  program: number;
  version: number;
  procedure: number;
  type: number;
  serial: number;
  status: number;
}

export interface Packet {
  header: PacketHeader;
  payload: Buffer;
}

/** "Length: total number of bytes in message _including_ length" (VIR_NET_MESSAGE_LEN_MAX). */
export const lengthWordBytes = 4;
/** The length word and VIR_NET_MESSAGE_HEADER_MAX. */
export const headerBytes = lengthWordBytes + 24;
/** VIR_NET_MESSAGE_MAX (32 MiB) does not count the length word. */
export const maxPacketBytes = lengthWordBytes + 32 * 1024 * 1024;

export const maxPayloadBytes = maxPacketBytes - headerBytes;

/** The bytes of one packet, length word first. */
export function encodePacket(header: PacketHeader, payload: Uint8Array): Buffer {
  const total = headerBytes + payload.length;
  if (total > maxPacketBytes) throw new ProtocolError(`a packet of ${total} bytes is over ${maxPacketBytes}`);
  const bytes = Buffer.alloc(total);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(header.program, 4);
  bytes.writeUInt32BE(header.version, 8);
  bytes.writeInt32BE(header.procedure, 12);
  bytes.writeInt32BE(header.type, 16);
  bytes.writeUInt32BE(header.serial, 20);
  bytes.writeInt32BE(header.status, 24);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** Reads a complete packet as PacketReader delivers it (length already checked). */
export function decodePacket(bytes: Buffer): Packet {
  if (bytes.length < headerBytes) throw new ProtocolError(`a packet of ${bytes.length} bytes is shorter than a header`);
  return {
    header: {
      program: bytes.readUInt32BE(4),
      version: bytes.readUInt32BE(8),
      procedure: bytes.readInt32BE(12),
      type: bytes.readInt32BE(16),
      serial: bytes.readUInt32BE(20),
      status: bytes.readInt32BE(24),
    },
    payload: bytes.subarray(headerBytes),
  };
}
