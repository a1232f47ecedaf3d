import { Type, type Static } from 'typebox';
import { PageOf } from './page.ts';
import { Line, Name, RecordId, Text, Timestamp } from './scalars.ts';

/**
 * What someone may be allowed. `read`: look at every record. `report`: send what was seen, and nothing else, so that a token
 * taken from a host shows nothing of others. `operate`: both of these, and have VMs acted upon.
 */
export const USER_ROLES = ['read', 'report', 'operate'] as const;
export const UserRole = Type.Enum(USER_ROLES);
export type UserRole = Static<typeof UserRole>;

/**
 * Who asked, as far as the OMS knows by itself: `token/<name>`, `anonymous/<address>`, `cli/<user>` on the machine of the store, or
 * `system` for Faultline itself (F4). Answer to `GET /api/v1/caller`.
 */
export const Caller = Type.Object({ who: Name, role: UserRole });
export type Caller = Static<typeof Caller>;

/** What is audited: every act that changes more than what was seen. */
export const AUDITED_ACTS = [
  'operation.ask',
  'host.isolate',
  'host.release',
  'alarm.acknowledge',
  'alarm.shelve',
  'alarm.unshelve',
  'alarm.close',
  'alarm.note',
  'vm.describe',
  'fault-report.resolve',
  'token.create',
  'token.revoke',
] as const;
export const AuditedAct = Type.Enum(AUDITED_ACTS);
export type AuditedAct = Static<typeof AuditedAct>;

/** One act that somebody asked for: who, what, on what, why, and what came of asking. */
export const AuditRecord = Type.Object({
  id: RecordId,
  at: Timestamp,
  who: Name,
  role: UserRole,
  what: AuditedAct,
  /** Kind and id of what was acted upon: `vm/<uuid>`, `host/<name>`, `alarm/<id>`, `token/<name>`. */
  target: Line(300, { minLength: 1 }),
  /** The reason that was given; null where none was. */
  why: Type.Union([Text, Type.Null()]),
  /** `done`, `accepted`, or the code of the refusal. */
  outcome: Name,
  /** What was asked, in its own fields. */
  details: Type.Record(Type.String(), Type.Unknown()),
});
export type AuditRecord = Static<typeof AuditRecord>;

/** Answer to `GET /api/v1/audit`, newest first. */
export const AuditPage = PageOf(AuditRecord);
export type AuditPage = Static<typeof AuditPage>;
