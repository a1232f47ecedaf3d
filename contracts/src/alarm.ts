import { Type, type Static } from 'typebox';
import { PageOf, PageQuery } from './page.ts';
import { Count, Lines, Name, RecordId, Text, Timestamp, VmUuid } from './scalars.ts';
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

const By = Type.Optional(Type.Array(Name, { maxItems: 100 }));

/** The alert of Alertmanager that an alarm is, and whether that is silenced or inhibited there; null where that is not known. */
export const AlarmAlert = Type.Object(
  {
    fingerprint: RecordId,
    silenced: Type.Union([Type.Boolean(), Type.Null()]),
    inhibited: Type.Union([Type.Boolean(), Type.Null()]),
    /** The ids of the silences, and the fingerprints of the alerts that inhibit it; absent where nobody asked Alertmanager. */
    silencedBy: By,
    inhibitedBy: By,
  },
  { additionalProperties: false },
);
export type AlarmAlert = Static<typeof AlarmAlert>;

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
    occurrences: Count({ minimum: 1 }),
    /** Who raised it: `nc:<host>` for a host's exporter (A44), `oms`, `alertmanager`, or the name of another system. */
    source: Name,
    alert: Type.Optional(AlarmAlert),
    /** The number of the host's collection cycle in which it was found, and the operation it came of. */
    cycle: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    operation: Type.Optional(RecordId),
  },
  { additionalProperties: false },
);
export type Alarm = Static<typeof Alarm>;

/**
 * What people did about an alarm, beside the alarm's own life: it is raised and cleared by what watches the VM, and acknowledged,
 * put on the shelf and closed by those who run it (RFC 8632). `closed`: done with, until it happens again.
 */
export const OPERATOR_STATES = ['none', 'acknowledged', 'shelved', 'closed'] as const;
export const OperatorState = Type.Enum(OPERATOR_STATES);
export type OperatorState = Static<typeof OperatorState>;

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** The operator state as it is now. `by` null: nobody's doing, such as a shelf that ended. */
export const AlarmOperator = Type.Object({
  state: OperatorState,
  by: orNull(Name),
  at: orNull(Timestamp),
  note: orNull(Text),
  /** Until when it is on the shelf. */
  until: orNull(Timestamp),
});
export type AlarmOperator = Static<typeof AlarmOperator>;

/** What operators can do to an alarm. */
export const ALARM_ACTS = ['acknowledge', 'shelve', 'unshelve', 'close', 'note'] as const;
export type AlarmAct = (typeof ALARM_ACTS)[number];

/**
 * What changes an operator state by itself: a shelf ends (`shelf-end`), the alarm gets worse (`worsening`) or, when it was closed,
 * happens again (`recurrence`); and a condition that is on the shelf when it is raised anew stays there (`shelf-kept`).
 */
export const ALARM_TURNS = ['shelf-end', 'worsening', 'recurrence', 'shelf-kept'] as const;
export type AlarmTurn = (typeof ALARM_TURNS)[number];

/** One entry of an alarm's history of operator states. */
export const AlarmHistoryEntry = Type.Object({
  at: Timestamp,
  act: Type.Enum([...ALARM_ACTS, ...ALARM_TURNS]),
  by: orNull(Name),
  from: OperatorState,
  to: OperatorState,
  note: orNull(Text),
  until: orNull(Timestamp),
});
export type AlarmHistoryEntry = Static<typeof AlarmHistoryEntry>;

/** An alarm with what people did about it. */
export const AlarmRecord = Type.Object({ ...Alarm.properties, operator: AlarmOperator });
export type AlarmRecord = Static<typeof AlarmRecord>;

/** Answer to `GET /api/v1/alarms/:id` and to every act: the record with its history, oldest first. */
export const AlarmWithHistory = Type.Object({ ...AlarmRecord.properties, history: Type.Array(AlarmHistoryEntry) });
export type AlarmWithHistory = Static<typeof AlarmWithHistory>;

/** Answer to `GET /api/v1/alarms`, the last raised first. */
export const AlarmPage = PageOf(AlarmRecord);
export type AlarmPage = Static<typeof AlarmPage>;

/**
 * Parameters of `GET /api/v1/alarms`. `level` is the least severe that is asked for; `active=true` leaves out what is cleared;
 * `open=true` also leaves out what is on the shelf or closed, and `open=false` shows only what `open=true` leaves out; `operator` is the
 * operator state as it is now; `from` and `to` bound when the alarm was raised.
 */
export const AlarmListQuery = Type.Object(
  {
    ...PageQuery.properties,
    vm: Type.Optional(VmUuid),
    host: Type.Optional(Name),
    level: Type.Optional(AlarmLevel),
    category: Type.Optional(Type.Enum(ALARM_CATEGORIES)),
    active: Type.Optional(Type.Boolean()),
    open: Type.Optional(Type.Boolean()),
    operator: Type.Optional(OperatorState),
    from: Type.Optional(Timestamp),
    to: Type.Optional(Timestamp),
  },
  { additionalProperties: false },
);
export type AlarmListQuery = Static<typeof AlarmListQuery>;

/** Body of an act on an alarm. `by`: on whose behalf, where that is not who sends it. */
export const AlarmActRequest = Type.Object(
  { by: Type.Optional(Name), note: Type.Optional(Text) },
  { additionalProperties: false },
);
/** Body of `POST /api/v1/alarms/:id/shelve`: a shelf always has an end. */
export const AlarmShelveRequest = Type.Object(
  { ...AlarmActRequest.properties, until: Timestamp },
  { additionalProperties: false },
);
/** Body of `POST /api/v1/alarms/:id/note`. */
export const AlarmNoteRequest = Type.Object(
  { ...AlarmActRequest.properties, note: Lines(4096, { minLength: 1 }) },
  { additionalProperties: false },
);
