import { readFrames } from '../frames.ts';
import type { VmPartQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { spanOf } from './range.ts';
import { namesVm, uuidOf } from './vm.ts';

/** The CPU line of one VM (A16, A19), for Grafana's own charts. */
export const cpu: QueryDefinition<VmPartQuery<'cpu'>> = {
  type: 'cpu',
  label: 'CPU',
  description: "One VM's CPU use in percent of its vCPUs",
  formats: ['table'],
  isComplete: namesVm,
  interpolate: (query, variables) => ({ ...query, vm: variables.one(query.vm) }),
  toRequest: (query, asked) => ({ type: 'cpu', vm: uuidOf(query), ...spanOf(asked) }),
  toFrames: (json, { refId }) => readFrames(json, ['cpu'], refId),
  follows: (query) => ({ topics: ['state'], vm: uuidOf(query) }),
  toText: ({ vm }) => `CPU of ${vm}`,
};
