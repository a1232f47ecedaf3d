import { Type, type Static } from 'typebox';
import { Timestamp, VmUuid } from './scalars.ts';

/** What news may be about: the records of a VM that a chart shows. */
export const NEWS_TOPICS = ['state', 'operation', 'alarm', 'connectivity', 'verdict'] as const;
export type NewsTopic = (typeof NEWS_TOPICS)[number];

/**
 * Data of one event of `GET /api/v1/news`, as JSON: that something new was stored, not what. The event's name is the topic.
 *
 * Three events are of the stream itself: `ready` comes first and has the id to resume from; `resync` says that what was missed
 * is not known any more, so that everything shown is to be asked for again; `end` says why the stream ends.
 */
export const News = Type.Object({
  topic: Type.Enum(NEWS_TOPICS),
  /** Null where it concerns more than one VM, such as a gap in what a host saw. */
  vm: Type.Union([VmUuid, Type.Null()]),
  /** Of the record: an operation's or an alarm's id, a report's, or a host's cycle. */
  id: Type.String(),
  /** When it happened. */
  at: Timestamp,
});
export type News = Static<typeof News>;

/**
 * Data of an `end` event. `closing`: the OMS stops. `too-slow`: the client did not take what was sent. `unauthorized`: its token was
 * revoked or has expired.
 */
export const NewsEnd = Type.Object({ reason: Type.Enum(['closing', 'too-slow', 'unauthorized']) });
export type NewsEnd = Static<typeof NewsEnd>;
