import { readFrames } from '../frames.ts';
import type { VmPartQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { spanOf } from './range.ts';
import { namesVm, uuidOf } from './vm.ts';

/** What looking into one guest found of its networks (D17). */
export const connectivity: QueryDefinition<VmPartQuery<'connectivity'>> = {
  type: 'connectivity',
  label: 'Connectivity',
  description: 'What looking into one VM found of its networks',
  formats: ['table'],
  isComplete: namesVm,
  interpolate: (query, variables) => ({ ...query, vm: variables.one(query.vm) }),
  toRequest: (query, asked) => ({ type: 'connectivity', vm: uuidOf(query), ...spanOf(asked) }),
  toFrames: (json, { refId }) => readFrames(json, ['connectivity'], refId),
  follows: (query) => ({ topics: ['connectivity'], vm: uuidOf(query) }),
  toText: ({ vm }) => `Connectivity of ${vm}`,
};
