import type { NEWS_TOPICS, TimelineFrameName } from '@faultline/contracts';
import { readFrames } from '../frames.ts';
import type { TimelineQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { spanOf } from './range.ts';
import { namesVm, uuidOf } from './vm.ts';

// Typed by the contract, so that a frame added there fails to compile here until it is read.
const FRAMES: Record<TimelineFrameName, true> = {
  cpu: true,
  state: true,
  operations: true,
  alarms: true,
  operationBuckets: true,
  alarmBuckets: true,
  connectivity: true,
  hostState: true,
  verdicts: true,
};
const EVERYTHING: typeof NEWS_TOPICS = ['state', 'operation', 'alarm', 'connectivity', 'verdict'];

/** All that is known of one VM over the dashboard's range (A6, A7), summed up to the panel's width: the panel's query. */
export const timeline: QueryDefinition<TimelineQuery> = {
  type: 'timeline',
  label: 'Timeline',
  description: "One VM's CPU, states, operations and alarms",
  formats: ['table'],
  isComplete: namesVm,
  interpolate: (query, variables) => ({ ...query, vm: variables.one(query.vm) }),
  toRequest: (query, asked) => ({ type: 'timeline', vm: uuidOf(query), ...spanOf(asked) }),
  toFrames: (json, { refId }) => readFrames(json, Object.keys(FRAMES), refId),
  follows: (query) => ({ topics: EVERYTHING, vm: uuidOf(query) }),
  toText: ({ vm }) => `Timeline of ${vm}`,
};
