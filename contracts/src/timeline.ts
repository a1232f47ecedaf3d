import { Type, type Static } from 'typebox';
import { FiltersOf } from './filter.ts';
import { FrameJson } from './frame.ts';
import { Name, RecordId, Timestamp, VmUuid } from './scalars.ts';
import { VmListQuery } from './status.ts';

/** More points than this are not told apart on a screen; also what is given when nothing is asked. */
export const MAX_DATA_POINTS = 5000;
/** Fewer than two are no line. */
export const MIN_DATA_POINTS = 2;

/** What a query of one VM, or of hosts, asks for; `maxDataPoints` is into how many equally long bins the range is parted at most. */
const OVER_RANGE = {
  from: Timestamp,
  to: Timestamp,
  maxDataPoints: Type.Optional(Type.Integer({ minimum: MIN_DATA_POINTS, maximum: MAX_DATA_POINTS })),
};
const OF_VM = { vm: VmUuid, ...OVER_RANGE };

/** More rows than this nobody reads; also what is given when nothing is asked. */
export const MAX_LIST_ROWS = 1000;
const LIMIT = { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIST_ROWS })) };
/** Hosts that one query may ask for. */
export const MAX_QUERIED_HOSTS = 20;

const ONLY = { additionalProperties: false } as const;

/**
 * Body of `POST /api/v1/query`: one query, answered with frames. `type` says which.
 *
 * Of one VM and a range:
 *
 * - `timeline`: the frames of {@link TIMELINE_FRAMES}, in that order, also when they are empty.
 * - `states`, `cpu`, `connectivity`, `verdicts`: that one of them: `state`, `cpu`, `connectivity`, `verdicts`.
 *
 * Of hosts and a range:
 *
 * - `cycles`: frame `hostState`.
 *
 * Of all VMs, narrowed by filters (lists, {@link LIST_FRAMES}); the newest `limit` rows are kept, and where there were more, a notice and
 * `meta.custom.cut` say so:
 *
 * - `operations`: those that overlap the range, newest first.
 * - `alarms`: those that were raised or not cleared within the range, newest first; `active` true leaves out what is cleared by now.
 * - `vms`: by name, `q` and `state` as in `GET /api/v1/vms`.
 * - `hosts`: by name, each with its VMs, its newest cycle and whether it is isolated.
 *
 * Of one record ({@link DETAIL_FRAMES}):
 *
 * - `operation`: frames `operation` (one row) and `hops`.
 * - `alarm`: frame `alarm` (one row).
 */
export const Query = Type.Union([
  Type.Object({ type: Type.Literal('timeline'), ...OF_VM }, ONLY),
  Type.Object({ type: Type.Literal('operation'), id: RecordId }, ONLY),
  Type.Object({ type: Type.Literal('alarm'), id: RecordId }, ONLY),
  Type.Object({ type: Type.Literal('states'), ...OF_VM }, ONLY),
  Type.Object({ type: Type.Literal('cpu'), ...OF_VM }, ONLY),
  Type.Object({ type: Type.Literal('connectivity'), ...OF_VM }, ONLY),
  Type.Object({ type: Type.Literal('verdicts'), ...OF_VM }, ONLY),
  Type.Object(
    {
      type: Type.Literal('cycles'),
      hosts: Type.Array(Name, { minItems: 1, maxItems: MAX_QUERIED_HOSTS }),
      ...OVER_RANGE,
    },
    ONLY,
  ),
  Type.Object(
    {
      type: Type.Literal('operations'),
      from: Timestamp,
      to: Timestamp,
      filters: Type.Optional(FiltersOf('operations')),
      ...LIMIT,
    },
    ONLY,
  ),
  Type.Object(
    {
      type: Type.Literal('alarms'),
      from: Timestamp,
      to: Timestamp,
      active: Type.Optional(Type.Boolean()),
      filters: Type.Optional(FiltersOf('alarms')),
      ...LIMIT,
    },
    ONLY,
  ),
  Type.Object(
    {
      type: Type.Literal('vms'),
      q: VmListQuery.properties.q,
      state: VmListQuery.properties.state,
      filters: Type.Optional(FiltersOf('vms')),
      ...LIMIT,
    },
    ONLY,
  ),
  Type.Object({ type: Type.Literal('hosts') }, ONLY),
]);
export type Query = Static<typeof Query>;

export const QueryAnswer = Type.Object({ frames: Type.Array(FrameJson) });
export type QueryAnswer = Static<typeof QueryAnswer>;

/**
 * The frames of a timeline, by name, with their fields in order. Times are ms; a null `timeEnd` means "still so". Intervals
 * are clipped to the range and never dropped: where there are more than bins, those that share a bin become one with the
 * worst of them and their `count`.
 *
 * - `cpu`: percent of the VM's vCPUs, 0-100, at the end of each sampled stretch: the mean over the bin, with the lowest and
 *   the highest single sample in it, so that a spike survives any zoom. All null where the line must break.
 * - `state`: drawn intervals, oldest first, not overlapping; what is not covered is a gap. `raw` is libvirt's state and reason
 *   as `paused (ioerror)`.
 * - `operations`, `alarms`: what overlaps the range, oldest first, times unclipped. `suppressed` is `silenced` or `inhibited` of an alarm
 *   of which Alertmanager notifies nobody, and null of any other.
 * - `operationBuckets`, `alarmBuckets`: what is in no row of the frame before, counted by the bin in which it began; empty where
 *   all have rows of their own. Every record is in a row or in one count. `failed` counts what failed or timed out; `worst` is
 *   the worst result, and the worst level. `meta.custom.bucketed` and a notice say so.
 * - `connectivity`: what looking into the guest found (D17), each verdict until the next look; nothing where looks are missing.
 * - `hostState`: of the VM's hosts, cycle by cycle: `reached` is whether the cycle reached libvirtd; silence is a gap. `state` is
 *   the judgement of the host (normal, abnormal, unknown) with its `reasons`, null where it was not judged.
 * - `verdicts`: the verdicts on the VM, with their fault, confidence (0-1), recommended action and action taken.
 *
 * Every frame's `meta.custom` is a {@link TimelineMeta}; of the query `cycles` it has no `vm` and no `lastSeen`.
 */
export const TIMELINE_FRAMES = {
  cpu: ['time', 'cpu', 'cpuMin', 'cpuMax'],
  state: ['time', 'timeEnd', 'state', 'raw', 'host', 'source', 'count'],
  operations: ['time', 'timeEnd', 'id', 'kind', 'initiator', 'result', 'cause'],
  alarms: ['time', 'timeEnd', 'id', 'name', 'category', 'level', 'cause', 'occurrences', 'operatorState', 'suppressed'],
  operationBuckets: ['time', 'timeEnd', 'count', 'failed', 'worst'],
  alarmBuckets: ['time', 'timeEnd', 'count', 'worst'],
  connectivity: ['time', 'timeEnd', 'verdict', 'agent', 'host', 'count'],
  hostState: ['time', 'timeEnd', 'host', 'reached', 'state', 'reasons', 'count'],
  verdicts: ['time', 'id', 'fault', 'confidence', 'recommended', 'taken'],
} as const;
export type TimelineFrameName = keyof typeof TIMELINE_FRAMES;

/**
 * Fields of the detail frames; `details` is a JSON object of strings, `hops` are in order of `seq`, and what begins with `operator` is what
 * people made of an alarm, and until when. `silencedBy` and `inhibitedBy` are ids of silences and fingerprints of alerts, parted by spaces.
 */
export const DETAIL_FRAMES = {
  operation: ['id', 'vm', 'vmName', 'kind', 'initiator', 'time', 'timeEnd', 'result', 'cause', 'source'],
  hops: [
    'seq',
    'parent',
    'fromRole',
    'fromNode',
    'toRole',
    'toNode',
    'message',
    'direction',
    'time',
    'timeEnd',
    'result',
    'cause',
    'observed',
  ],
  alarm: [
    'id',
    'key',
    'name',
    'category',
    'level',
    'cause',
    'details',
    'vm',
    'vmName',
    'host',
    'time',
    'changed',
    'timeEnd',
    'occurrences',
    'source',
    'operatorState',
    'operatorBy',
    'operatorAt',
    'operatorNote',
    'operatorUntil',
    'suppressed',
    'silencedBy',
    'inhibitedBy',
  ],
} as const;

/**
 * The frames of lists, by name, with their fields in order. Times are ms; a null `timeEnd` means "still so". Every frame's `meta.custom`
 * is a {@link ListMeta}.
 *
 * - `operationList`: `host` is the one whose NC was asked; of what another system performed, where the VM is now.
 * - `vms`: `state` is what is drawn of the VM now, null where that is not known; `ips` are parted by spaces.
 * - `hosts`: `time` is the newest cycle, and `reached` whether it reached libvirtd; null of a host that no cycle ever told of.
 *   `isolation` is who isolated it and why, null where it is not isolated (A31).
 */
export const LIST_FRAMES = {
  operationList: ['time', 'timeEnd', 'id', 'kind', 'initiator', 'result', 'cause', 'vm', 'vmName', 'host', 'source'],
  alarmList: [
    'time',
    'timeEnd',
    'id',
    'name',
    'category',
    'level',
    'cause',
    'occurrences',
    'vm',
    'vmName',
    'host',
    'source',
    'operatorState',
    'operatorBy',
    'suppressed',
  ],
  vms: ['vm', 'vmName', 'host', 'state', 'user', 'project', 'group', 'important', 'ips', 'lastSeen'],
  hosts: ['host', 'vms', 'time', 'reached', 'isolation'],
} as const;
export type ListFrameName = keyof typeof LIST_FRAMES;

export interface ListMeta {
  faultline: ListFrameName;
  /** The OMS's clock when it answered. */
  now: number;
  /** Set where there was more than was asked for. */
  cut?: true;
}

export interface TimelineMeta {
  faultline: TimelineFrameName;
  vm: { uuid: string; name: string };
  /** The OMS's clock when it answered: nothing is drawn past it. */
  now: number;
  /** Up to when the OMS has heard of this VM; null when never. */
  lastSeen: number | null;
  /** How long one bin is, ms. */
  binMs: number;
  /** Set where not everything has a row of its own. */
  bucketed?: true;
}
