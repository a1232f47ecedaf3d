import { Type, type Static } from 'typebox';
import { Alarm } from './alarm.ts';
import { GuestProbeReport } from './guest.ts';
import { Name, RecordId, Text, Timestamp } from './scalars.ts';
import { RawState } from './state.ts';
import { VmRef } from './vm.ts';

/**
 * A libvirt event, and the state that was read again right after it (null where the domain was gone or did not answer).
 * `at` is when the exporter received the event: libvirt's events carry no time of their own.
 */
export const DomainEventReport = Type.Object(
  {
    type: Type.Literal('domain-event'),
    id: RecordId,
    at: Timestamp,
    vm: VmRef,
    /** `lifecycle`, `reboot`, `watchdog`, `io-error`, `agent`. */
    event: Name,
    /** The event's own words: `crashed (panicked)`, `stopped (failed)`, `connected`. */
    detail: Text,
    observed: Type.Union([RawState, Type.Null()]),
  },
  { additionalProperties: false },
);
export type DomainEventReport = Static<typeof DomainEventReport>;

/** Nothing was seen of the host's VMs between the last good cycle and the reconnection: a fact, not a state. */
export const ObservationGapReport = Type.Object(
  { type: Type.Literal('observation-gap'), id: RecordId, from: Timestamp, to: Timestamp, cause: Text },
  { additionalProperties: false },
);
export type ObservationGapReport = Static<typeof ObservationGapReport>;

/** An alarm that the host's exporter raised, changed or cleared (A44): the record as it is now. */
export const AlarmReport = Type.Object(
  { type: Type.Literal('alarm'), id: RecordId, alarm: Alarm },
  { additionalProperties: false },
);
export type AlarmReport = Static<typeof AlarmReport>;

export const HostReport = Type.Union([DomainEventReport, ObservationGapReport, AlarmReport, GuestProbeReport]);
export type HostReport = Static<typeof HostReport>;

/** Body of `POST /api/v1/reports`, oldest report first. 200 comes after the commit, and only then. */
export const HostReportBatch = Type.Object(
  { host: Name, reports: Type.Array(HostReport, { minItems: 1, maxItems: 500 }) },
  { additionalProperties: false },
);
export type HostReportBatch = Static<typeof HostReportBatch>;

/** Answer to `POST /api/v1/reports`: how many reports were new, and how many had been stored before. */
export const HostReportReceipt = Type.Object({ stored: Type.Integer(), known: Type.Integer() });
export type HostReportReceipt = Static<typeof HostReportReceipt>;
