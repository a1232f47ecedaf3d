import { ProtocolError } from '../errors.ts';
import { recordedBytes } from '../fixtures/recorded.ts';
import { eventProcedures, procedures, type Procedure } from '../protocol/index.ts';
import { remoteError } from '../protocol/types.ts';
import { decodeWith } from '../wire/codec.ts';
import { decodePacket, messageStatus, messageType, type Packet, type PacketHeader } from '../wire/packet.ts';
import { PacketReader } from '../wire/packet-reader.ts';
import { XdrReader } from '../wire/xdr-reader.ts';

/** Every packet that was recorded from a real daemon. */
export const recordedFrames: readonly Buffer[] = [
  ...recordedBytes('libvirtd-replies.json').values(),
  ...recordedBytes('libvirtd-events.json').values(),
  ...recordedBytes('libvirtd-incident-events.json').values(),
];

const keyOf = ({ program, procedure }: Pick<PacketHeader, 'program' | 'procedure'>): string =>
  `${program}/${procedure}`;
const rows = new Map(
  (Object.values(procedures) as Procedure<unknown, unknown>[]).map((row) => [
    keyOf({ program: row.program.number, procedure: row.number }),
    row,
  ]),
);

/** The procedure that a recorded reply answers; undefined for an event. */
export function procedureOf(frame: Buffer): Procedure<unknown, unknown> | undefined {
  const { header } = decodePacket(frame);
  return header.type === messageType.reply ? rows.get(keyOf(header)) : undefined;
}

/** How a frame ended at the codec: read, refused by name, or taken for the beginning of a longer one. */
export type FrameOutcome = 'decoded' | 'refused' | 'incomplete';

/** Decodes a frame as a session would. Throws only what must not happen: an error without a name of ours. */
export function decodeFrame(bytes: Buffer): FrameOutcome {
  let packets = 0;
  try {
    for (const packet of new PacketReader().push(bytes)) {
      decodePayload(packet);
      packets++;
    }
  } catch (error) {
    if (error instanceof ProtocolError) return 'refused';
    throw error;
  }
  return packets > 0 ? 'decoded' : 'incomplete';
}

function decodePayload({ header, payload }: Packet): void {
  if (header.type === messageType.message) {
    const row = eventProcedures.find(({ number }) => number === header.procedure);
    if (!row) return;
    const reader = new XdrReader(payload);
    row.decode(reader);
    reader.end();
  } else if (header.status === messageStatus.error) {
    decodeWith(remoteError, payload);
  } else {
    const row = rows.get(keyOf(header));
    if (row) decodeWith(row.ret, payload);
  }
}
