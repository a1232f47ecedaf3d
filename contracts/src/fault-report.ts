import { Type, type Static } from 'typebox';
import { PageOf, PageQuery } from './page.ts';
import { Lines, Name, RecordId, Text, Timestamp, VmUuid } from './scalars.ts';
import { VmRef } from './vm.ts';

/** How a fault report may name its VM (A3). */
export const FAULT_REPORT_NAMINGS = ['uuid', 'vmName', 'ip', 'user'] as const;
export type FaultReportNaming = (typeof FAULT_REPORT_NAMINGS)[number];

/**
 * Body of `POST /api/v1/fault-reports`: that a VM fails, as its provider tells (A4). The VM is named by exactly one of `uuid`,
 * `vmName`, `ip` and `user`. `at` is when the fault was noticed; absent: now.
 *
 * Answers: 201 for one VM, 200 when the id was sent before, 202 with the candidates where the name fits several, 404 where it fits
 * none; the report is kept in each of these cases. Sent again, a report that is not resolved is looked up again.
 */
export const FaultReportRequest = Type.Object(
  {
    id: RecordId,
    uuid: Type.Optional(VmUuid),
    vmName: Type.Optional(Name),
    ip: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    user: Type.Optional(Name),
    reporter: Name,
    symptom: Lines(4096, { minLength: 1 }),
    at: Type.Optional(Timestamp),
  },
  { additionalProperties: false },
);
export type FaultReportRequest = Static<typeof FaultReportRequest>;

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A VM that may be meant, with what tells it from the others, as known when the report was looked up. */
export const FaultReportCandidate = Type.Object({
  uuid: VmUuid,
  name: Name,
  host: Name,
  owner: orNull(Name),
  project: orNull(Name),
  ips: Type.Array(Type.String()),
  lastSeen: Timestamp,
});
export type FaultReportCandidate = Static<typeof FaultReportCandidate>;

/** A fault report as it is kept. */
export const FaultReport = Type.Object({
  id: RecordId,
  named: Type.Object({ by: Type.Enum(FAULT_REPORT_NAMINGS), value: Text }),
  reporter: Name,
  symptom: Text,
  at: Timestamp,
  received: Timestamp,
  /** The VM that is meant; null while that is not known. */
  vm: orNull(VmRef),
  /** When it became known, and who said so; `by` null: the name fits one VM. */
  resolved: orNull(Type.Object({ at: Timestamp, by: orNull(Name) })),
  /** Those whom the name fits, the last seen first, while none is chosen. */
  candidates: Type.Array(FaultReportCandidate),
  /** The hour before the fault: an address in the console, and the body for `POST /api/v1/query`. */
  timeline: orNull(
    Type.Object({
      console: Type.String(),
      query: Type.Object({ type: Type.Literal('timeline'), vm: VmUuid, from: Timestamp, to: Timestamp }),
    }),
  ),
  /** What the OMS found to be at fault. Nothing judges yet. */
  verdict: Type.Null(),
});
export type FaultReport = Static<typeof FaultReport>;

/** Answer to `GET /api/v1/fault-reports`, the last received first. */
export const FaultReportPage = PageOf(FaultReport);
export type FaultReportPage = Static<typeof FaultReportPage>;

/** Parameters of `GET /api/v1/fault-reports`. */
export const FaultReportListQuery = Type.Object(
  { ...PageQuery.properties, resolved: Type.Optional(Type.Boolean()), vm: Type.Optional(VmUuid) },
  { additionalProperties: false },
);

/** Body of `POST /api/v1/fault-reports/:id/resolve`: which VM is meant. `by`: on whose behalf, where that is not who sends it. */
export const FaultReportResolution = Type.Object(
  { vm: VmUuid, by: Type.Optional(Name) },
  { additionalProperties: false },
);
