import { readFrames } from '../frames.ts';
import type { VmPartQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { spanOf } from './range.ts';
import { namesVm, uuidOf } from './vm.ts';

/** The state bar of one VM (A13, A22) as a table, or in a state timeline of Grafana's. */
export const states: QueryDefinition<VmPartQuery<'states'>> = {
  type: 'states',
  label: 'States',
  description: 'What one VM was when: running, dormant, stopped, abnormal',
  formats: ['table'],
  isComplete: namesVm,
  interpolate: (query, variables) => ({ ...query, vm: variables.one(query.vm) }),
  toRequest: (query, asked) => ({ type: 'states', vm: uuidOf(query), ...spanOf(asked) }),
  toFrames: (json, { refId }) => readFrames(json, ['state'], refId),
  follows: (query) => ({ topics: ['state'], vm: uuidOf(query) }),
  toText: ({ vm }) => `States of ${vm}`,
};
