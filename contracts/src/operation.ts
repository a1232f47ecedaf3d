import { Type, type Static } from 'typebox';
import { PageOf, PageQuery } from './page.ts';
import { Name, RecordId, Text, Timestamp, VmUuid } from './scalars.ts';
import { VmRef } from './vm.ts';

/** The parties of Faultline's own message flows (A1). */
export const ROLES = ['CLC', 'CC', 'NC', 'BRM', 'OMS'] as const;

/** What a party of a hop does there: one of {@link ROLES}, or another system's own word, such as `nova-conductor`. */
export const PartyRole = Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9]([A-Za-z0-9 ._-]*[A-Za-z0-9])?$' });
export type PartyRole = Static<typeof PartyRole>;

/** The operations of A25 and A32-A38, and what libvirt can do beside them. */
export const OPERATION_KINDS = [
  'create',
  'snapshot',
  'reboot',
  'attach-disk',
  'start',
  'stop',
  'migrate',
  'suspend',
  'resume',
] as const;
export const OperationKind = Type.Enum(OPERATION_KINDS);
export type OperationKind = Static<typeof OperationKind>;

/** `failed`: a party answered no. `timeout`: nobody answered in time, so the outcome is not known. */
export const OPERATION_RESULTS = ['running', 'ok', 'failed', 'timeout', 'cancelled'] as const;
export const OperationResult = Type.Enum(OPERATION_RESULTS);
export type OperationResult = Static<typeof OperationResult>;

/** `skipped`: not reached, because an earlier hop failed (A41). `unknown`: the recorder did not see how it ended. */
export const HOP_RESULTS = ['ok', 'failed', 'timeout', 'skipped', 'running', 'unknown'] as const;
export const HopResult = Type.Enum(HOP_RESULTS);
export type HopResult = Static<typeof HopResult>;

/** A party of a hop: its role, and the node it ran on where that is known. */
export const Party = Type.Object({ role: PartyRole, node: Type.Optional(Name) }, { additionalProperties: false });
export type Party = Static<typeof Party>;

/** Hops may be numbered with gaps, but not beyond what every database counts to. */
const MAX_SEQ = 1_000_000;

/** One hop of an operation: a request, a reply, or work done in one place (A26, A30). */
export const Hop = Type.Object(
  {
    seq: Type.Integer({ minimum: 0, maximum: MAX_SEQ, description: 'order in the flow, from 0' }),
    /** The hop that caused this one; stored, because sibling order does not prove dependency. */
    parent: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_SEQ })),
    from: Party,
    to: Party,
    /** What a person reads: "CLC sends stop request to CC". */
    message: Text,
    direction: Type.Union([Type.Literal('request'), Type.Literal('reply'), Type.Literal('local')]),
    at: Type.Optional(Timestamp),
    ended: Type.Optional(Timestamp),
    result: HopResult,
    /** Why it failed; the failing hop always has one (A29). */
    cause: Type.Optional(Text),
    /** `missing`: the flow has this hop, the source did not tell of it. Missing is not failed. */
    observed: Type.Union([Type.Literal('reported'), Type.Literal('inferred'), Type.Literal('missing')]),
  },
  { additionalProperties: false },
);
export type Hop = Static<typeof Hop>;

/** How far a running operation is, as the hypervisor tells it; a guest that goes on writing makes `totalBytes` grow. */
export const OperationProgress = Type.Object(
  {
    at: Timestamp,
    processedBytes: Type.Integer({ minimum: 0 }),
    remainingBytes: Type.Integer({ minimum: 0 }),
    totalBytes: Type.Integer({ minimum: 0 }),
    percent: Type.Integer({ minimum: 0, maximum: 100 }),
  },
  { additionalProperties: false },
);
export type OperationProgress = Static<typeof OperationProgress>;

/** An operation on one VM, with its hops (A29, A30). */
export const Operation = Type.Object(
  {
    id: RecordId,
    correlationId: Type.Optional(RecordId),
    parentId: Type.Optional(RecordId),
    vm: VmRef,
    kind: OperationKind,
    /** Who asked: a user's name, or `system` for Faultline itself (F4). */
    initiator: Name,
    started: Timestamp,
    ended: Type.Optional(Timestamp),
    result: OperationResult,
    cause: Type.Optional(Text),
    /** Only while it runs, and only of a kind that tells it: a migration. */
    progress: Type.Optional(OperationProgress),
    /** Which system performed it: `faultline`, or the name of another cloud. */
    source: Name,
    hops: Type.Array(Hop, { maxItems: 1000 }),
  },
  { additionalProperties: false },
);
export type Operation = Static<typeof Operation>;

/** An operation without its hops: what a list or a timeline needs. */
export const OperationSummary = Type.Omit(Operation, ['hops']);
export type OperationSummary = Static<typeof OperationSummary>;

/** Answer to `GET /api/v1/operations`, the last started first. */
export const OperationPage = PageOf(OperationSummary);
export type OperationPage = Static<typeof OperationPage>;

/**
 * Parameters of `GET /api/v1/operations`. `host` is whose NC this OMS asked, so it finds nothing of what others performed; `from` and
 * `to` bound when the operation started.
 */
export const OperationListQuery = Type.Object(
  {
    ...PageQuery.properties,
    vm: Type.Optional(VmUuid),
    host: Type.Optional(Name),
    kind: Type.Optional(OperationKind),
    result: Type.Optional(OperationResult),
    initiator: Type.Optional(Name),
    from: Type.Optional(Timestamp),
    to: Type.Optional(Timestamp),
  },
  { additionalProperties: false },
);
export type OperationListQuery = Static<typeof OperationListQuery>;
