import { Type, type Static } from 'typebox';
import { RecordId, Timestamp, VmUuid } from './scalars.ts';
import { FrameJson } from './frame.ts';

/**
 * Body of `POST /api/v1/query`: one query, answered with frames. `type` says which:
 *
 * - `timeline` {vm, from, to}: the frames of {@link TIMELINE_FRAMES}, in that order, also when they are empty.
 * - `operation` {id}: frames `operation` (one row) and `hops`.
 * - `alarm` {id}: frame `alarm` (one row).
 */
export const Query = Type.Union([
  Type.Object(
    { type: Type.Literal('timeline'), vm: VmUuid, from: Timestamp, to: Timestamp },
    { additionalProperties: false },
  ),
  Type.Object({ type: Type.Literal('operation'), id: RecordId }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('alarm'), id: RecordId }, { additionalProperties: false }),
]);
export type Query = Static<typeof Query>;

export const QueryAnswer = Type.Object({ frames: Type.Array(FrameJson) });
export type QueryAnswer = Static<typeof QueryAnswer>;

/**
 * The frames of a timeline, by name, with their fields in order. Times are ms; a null `timeEnd` means "still so".
 *
 * - `cpu`: percent of the VM's vCPUs, 0-100, at the end of each sampled stretch; null where the line must break.
 * - `state`: drawn intervals, oldest first, not overlapping, clipped to the range; what is not covered is a gap.
 *   `raw` is libvirt's state and reason as `paused (ioerror)`.
 * - `operations`, `alarms`: what overlaps the range, oldest first, times unclipped.
 *
 * Every frame's `meta.custom` is a {@link TimelineMeta}.
 */
export const TIMELINE_FRAMES = {
  cpu: ['time', 'cpu'],
  state: ['time', 'timeEnd', 'state', 'raw', 'host', 'source'],
  operations: ['time', 'timeEnd', 'id', 'kind', 'initiator', 'result', 'cause'],
  alarms: ['time', 'timeEnd', 'id', 'name', 'category', 'level', 'cause', 'occurrences'],
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
}
