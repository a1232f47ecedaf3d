import type { DomainEvent, DomainEventKind, DomainEventOf } from '../event.ts';
import type { Codec } from '../wire/codec.ts';
import type { XdrReader } from '../wire/xdr-reader.ts';
import type { XdrWriter } from '../wire/xdr-writer.ts';

/** Which registration a message belongs to, and what it says; null for an event newer than our names. */
interface CallbackMessage {
  callbackId: number;
  event: DomainEvent | null;
}

/** One row of the event table: a message of remote_protocol.x that follows a CALLBACK_REGISTER_ANY of `eventId`. */
export interface EventProcedure {
  /** In `enum remote_procedure`. */
  number: number;
  name: string;
  /** virDomainEventID, libvirt-domain.h. */
  eventId: number;
  kind: DomainEventKind;
  encode(writer: XdrWriter, message: { callbackId: number; event: DomainEvent }): void;
  decode(reader: XdrReader): CallbackMessage;
}

/** Every message starts with the callback id; the rest differs. */
export function eventRow<Kind extends DomainEventKind, Message extends object>(
  [number, name, eventId, kind]: [number, string, number, Kind],
  message: Codec<Message>,
  toEvent: (message: Message) => DomainEventOf<Kind> | null,
  toMessage: (event: DomainEventOf<Kind>) => Message,
): EventProcedure {
  return {
    number,
    name,
    eventId,
    kind,
    encode: (writer, { callbackId, event }) => {
      if (event.kind !== kind) throw new TypeError(`${name} cannot carry a ${event.kind} event`);
      writer.int(callbackId);
      message.encode(writer, toMessage(event as DomainEventOf<Kind>));
    },
    decode: (reader) => ({ callbackId: reader.int(), event: toEvent(message.decode(reader)) }),
  };
}
