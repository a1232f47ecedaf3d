import { Type, type Static } from 'typebox';
import { Lines, Name, RecordId, Text, Timestamp } from './scalars.ts';
import { VmRef } from './vm.ts';

/** X.733 event types, and X.736's security kind. */
export const ALARM_CATEGORIES = [
  'communications',
  'quality-of-service',
  'processing',
  'equipment',
  'environmental',
  'security',
] as const;

/** X.733 perceived severities (A42: critical is urgent, minor is minor), worst first. */
export const ALARM_LEVELS = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const;
export const AlarmLevel = Type.Enum(ALARM_LEVELS);
export type AlarmLevel = Static<typeof AlarmLevel>;

/**
 * An alarm record (A43-A45): one raising of one condition. `key` names the condition; while an alarm with that key is
 * not cleared, raising it again counts an occurrence and makes no second record.
 */
export const Alarm = Type.Object(
  {
    id: RecordId,
    key: RecordId,
    name: Name,
    category: Type.Enum(ALARM_CATEGORIES),
    level: AlarmLevel,
    /** Probable cause, for a person. */
    cause: Text,
    /** Facts shown on further demand (A43). */
    details: Type.Record(Type.String({ pattern: '^[A-Za-z0-9._ -]{1,64}$' }), Lines(1024), {
      maxProperties: 50,
      additionalProperties: false,
    }),
    vm: Type.Optional(VmRef),
    host: Name,
    raised: Timestamp,
    changed: Timestamp,
    cleared: Type.Optional(Timestamp),
    occurrences: Type.Integer({ minimum: 1 }),
    /** Who raised it: `nc:<host>` for a host's exporter (A44), or the name of another system. */
    source: Name,
  },
  { additionalProperties: false },
);
export type Alarm = Static<typeof Alarm>;
