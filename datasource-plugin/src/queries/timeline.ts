import type { MAX_DATA_POINTS, MIN_DATA_POINTS, TimelineFrameName } from '@faultline/contracts';
import { readFrames } from '../frames.ts';
import type { TimelineQuery } from '../types.ts';
import { incomplete, type QueryDefinition } from './definition.ts';

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

// The contract's own bounds, as types: the bundle holds no schema library.
const MOST_POINTS: typeof MAX_DATA_POINTS = 5000;
const FEWEST_POINTS: typeof MIN_DATA_POINTS = 2;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** All that is known of one VM over the dashboard's range (A6, A7), summed up to the panel's width: the panel's query. */
export const timeline: QueryDefinition<TimelineQuery> = {
  type: 'timeline',
  label: 'Timeline',
  description: "One VM's CPU, states, operations and alarms",
  isComplete: (query) => (query.vm ?? '').trim() !== '',
  interpolate: (query, replace) => ({ ...query, vm: replace(query.vm) }),
  toRequest(query, { from, to, maxDataPoints }) {
    const vm = query.vm.trim().toLowerCase();
    if (!UUID.test(vm)) {
      throw incomplete(vmMessage(query.vm));
    }
    const points =
      maxDataPoints === undefined || Number.isNaN(maxDataPoints)
        ? {}
        : { maxDataPoints: Math.min(Math.max(Math.floor(maxDataPoints), FEWEST_POINTS), MOST_POINTS) };
    return { type: 'timeline', vm, from: Math.floor(from), to: Math.ceil(to), ...points };
  },
  toFrames: (json, refId) => readFrames(json, Object.keys(FRAMES), refId),
};

function vmMessage(vm: string): string {
  if (vm.startsWith('{') || vm.includes(',')) {
    return 'A timeline shows one VM, and the variable holds several: turn off multi-value, or repeat the panel by the variable.';
  }
  if (vm.includes('$')) {
    return `The variable in "${vm}" has no value on this dashboard.`;
  }
  return `"${vm}" is not a VM's UUID: choose the VM from the list.`;
}
