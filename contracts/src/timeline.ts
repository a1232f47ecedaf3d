import { Type, type Static } from 'typebox';
import { RecordId, Timestamp, VmUuid } from './scalars.ts';
import { FrameJson } from './frame.ts';

/** More points than this are not told apart on a screen; also what is given when nothing is asked. */
export const MAX_DATA_POINTS = 5000;
/** Fewer than two are no line. */
export const MIN_DATA_POINTS = 2;

/**
 * Body of `POST /api/v1/query`: one query, answered with frames. `type` says which:
 *
 * - `timeline` {vm, from, to, maxDataPoints?}: the frames of {@link TIMELINE_FRAMES}, in that order, also when they are
 *   empty. `maxDataPoints` is into how many equally long bins the range is parted at most: what shares one is summed up.
 * - `operation` {id}: frames `operation` (one row) and `hops`.
 * - `alarm` {id}: frame `alarm` (one row).
 */
export const Query = Type.Union([
  Type.Object(
    {
      type: Type.Literal('timeline'),
      vm: VmUuid,
      from: Timestamp,
      to: Timestamp,
      maxDataPoints: Type.Optional(Type.Integer({ minimum: MIN_DATA_POINTS, maximum: MAX_DATA_POINTS })),
    },
    { additionalProperties: false },
  ),
  Type.Object({ type: Type.Literal('operation'), id: RecordId }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('alarm'), id: RecordId }, { additionalProperties: false }),
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
 * - `operations`, `alarms`: what overlaps the range, oldest first, times unclipped.
 * - `operationBuckets`, `alarmBuckets`: what is in no row of the frame before, counted by the bin in which it began; empty where
 *   all have rows of their own. Every record is in a row or in one count. `failed` counts what failed or timed out; `worst` is
 *   the worst result, and the worst level. `meta.custom.bucketed` and a notice say so.
 * - `connectivity`: what looking into the guest found (D17), each verdict until the next look; nothing where looks are missing.
 * - `hostState`: of the VM's hosts, cycle by cycle: `reached` is whether the cycle reached libvirtd; silence is a gap. `state` is
 *   the judgement of the host (normal, abnormal, unknown) with its `reasons`, null where it was not judged.
 * - `verdicts`: the verdicts on the VM, with their fault, confidence (0-1), recommended action and action taken.
 *
 * Every frame's `meta.custom` is a {@link TimelineMeta}.
 */
export const TIMELINE_FRAMES = {
  cpu: ['time', 'cpu', 'cpuMin', 'cpuMax'],
  state: ['time', 'timeEnd', 'state', 'raw', 'host', 'source', 'count'],
  operations: ['time', 'timeEnd', 'id', 'kind', 'initiator', 'result', 'cause'],
  alarms: ['time', 'timeEnd', 'id', 'name', 'category', 'level', 'cause', 'occurrences'],
  operationBuckets: ['time', 'timeEnd', 'count', 'failed', 'worst'],
  alarmBuckets: ['time', 'timeEnd', 'count', 'worst'],
  connectivity: ['time', 'timeEnd', 'verdict', 'agent', 'host', 'count'],
  hostState: ['time', 'timeEnd', 'host', 'reached', 'state', 'reasons', 'count'],
  verdicts: ['time', 'id', 'fault', 'confidence', 'recommended', 'taken'],
} as const;
export type TimelineFrameName = keyof typeof TIMELINE_FRAMES;

/** Fields of the detail frames; `details` is a JSON object of strings, `hops` are in order of `seq`. */
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
  ],
} as const;

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
