import type { DomainEvent, DomainRef } from '../domain.ts';
import { enumCode, enumName } from '../names/enum-names.ts';
import {
  agentReasonNames,
  agentStateNames,
  ioErrorActionNames,
  lifecycleDetailNames,
  lifecycleEventNames,
  watchdogActionNames,
} from '../names/events.ts';
import { int, struct, type Codec } from '../wire/codec.ts';
import type { XdrReader } from '../wire/xdr-reader.ts';
import type { XdrWriter } from '../wire/xdr-writer.ts';
import { domainRef, text } from './types.ts';

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
  kind: DomainEvent['kind'];
  encode(writer: XdrWriter, message: { callbackId: number; event: DomainEvent }): void;
  decode(reader: XdrReader): CallbackMessage;
}

type EventOf<Kind extends DomainEvent['kind']> = Extract<DomainEvent, { kind: Kind }>;

/** Every message starts with the callback id; the rest differs. */
function row<Kind extends DomainEvent['kind'], Message extends object>(
  [number, name, eventId, kind]: [number, string, number, Kind],
  message: Codec<Message>,
  toEvent: (message: Message) => EventOf<Kind> | null,
  toMessage: (event: EventOf<Kind>) => Message,
): EventProcedure {
  return {
    number,
    name,
    eventId,
    kind,
    encode: (writer, { callbackId, event }) => {
      if (event.kind !== kind) throw new TypeError(`${name} cannot carry a ${event.kind} event`);
      writer.int(callbackId);
      message.encode(writer, toMessage(event as EventOf<Kind>));
    },
    decode: (reader) => ({ callbackId: reader.int(), event: toEvent(message.decode(reader)) }),
  };
}

const lifecycle = row(
  [318, 'DOMAIN_EVENT_CALLBACK_LIFECYCLE', 0, 'lifecycle'],
  struct<{ domain: DomainRef; event: number; detail: number }>({ domain: domainRef, event: int, detail: int }),
  ({ domain, event: code, detail }) => {
    const event = lifecycleEventNames[code];
    if (event === undefined) return null;
    return { kind: 'lifecycle', domain, event, detail: enumName(lifecycleDetailNames[event], detail, 'detail') };
  },
  ({ domain, event, detail }) => ({
    domain,
    event: lifecycleEventNames.indexOf(event),
    detail: enumCode(lifecycleDetailNames[event], detail),
  }),
);

const reboot = row(
  [319, 'DOMAIN_EVENT_CALLBACK_REBOOT', 1, 'reboot'],
  struct<{ domain: DomainRef }>({ domain: domainRef }),
  ({ domain }) => ({ kind: 'reboot', domain }),
  ({ domain }) => ({ domain }),
);

const watchdog = row(
  [321, 'DOMAIN_EVENT_CALLBACK_WATCHDOG', 3, 'watchdog'],
  struct<{ domain: DomainRef; action: number }>({ domain: domainRef, action: int }),
  ({ domain, action }) => ({ kind: 'watchdog', domain, action: enumName(watchdogActionNames, action, 'action') }),
  ({ domain, action }) => ({ domain, action: enumCode(watchdogActionNames, action) }),
);

const ioErrorReason = row(
  [324, 'DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON', 6, 'io-error'],
  struct<{ domain: DomainRef; path: string; device: string; action: number; reason: string }>({
    domain: domainRef,
    path: text,
    device: text,
    action: int,
    reason: text,
  }),
  ({ action, ...rest }) => ({ kind: 'io-error', ...rest, action: enumName(ioErrorActionNames, action, 'action') }),
  ({ domain, path, device, action, reason }) => ({
    domain,
    path,
    device,
    action: enumCode(ioErrorActionNames, action),
    reason,
  }),
);

const agentLifecycle = row(
  [348, 'DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE', 18, 'agent'],
  struct<{ domain: DomainRef; state: number; reason: number }>({ domain: domainRef, state: int, reason: int }),
  ({ domain, state: code, reason }) => {
    const state = agentStateNames[code];
    if (!state) return null;
    return { kind: 'agent', domain, state, reason: enumName(agentReasonNames, reason, 'reason') };
  },
  ({ domain, state, reason }) => ({
    domain,
    state: agentStateNames.indexOf(state),
    reason: enumCode(agentReasonNames, reason),
  }),
);

/** The events a subscription registers for, in this order. */
export const eventProcedures: readonly EventProcedure[] = [lifecycle, reboot, watchdog, ioErrorReason, agentLifecycle];
