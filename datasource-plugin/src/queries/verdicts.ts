import { readFrames } from '../frames.ts';
import { verdictAnnotations } from '../shapes/annotations.ts';
import type { VmPartQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { spanOf } from './range.ts';
import { namesVm, uuidOf } from './vm.ts';

/** The verdicts on one VM: whose fault a failure was. */
export const verdicts: QueryDefinition<VmPartQuery<'verdicts'>> = {
  type: 'verdicts',
  label: 'Verdicts',
  description: 'Whose fault the failures of one VM were',
  formats: ['table', 'annotations'],
  isComplete: namesVm,
  interpolate: (query, variables) => ({ ...query, vm: variables.one(query.vm) }),
  toRequest: (query, asked) => ({ type: 'verdicts', vm: uuidOf(query), ...spanOf(asked) }),
  toFrames(json, { refId, format }) {
    const frames = readFrames(json, ['verdicts'], refId);
    return format === 'annotations' ? frames.map(verdictAnnotations) : frames;
  },
  follows: (query) => ({ topics: ['verdict'], vm: uuidOf(query) }),
  toText: ({ vm }) => `Verdicts on ${vm}`,
};
