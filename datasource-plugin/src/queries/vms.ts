import { filterBodies, interpolated, filterText } from '../filters/saved.ts';
import { readFrames } from '../frames.ts';
import type { VmsQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { limitOf } from './limit.ts';

/** More letters than a name has; the OMS refuses longer ones. */
const MAX_SEARCH = 255;

/** The VMs, by name, with what is drawn of each now (A3, A22). The dashboard's range does not matter. */
export const vms: QueryDefinition<VmsQuery> = {
  type: 'vms',
  label: 'VMs',
  description: 'A table of VMs with their present states',
  formats: ['table'],
  list: 'vms',
  isComplete: () => true,
  interpolate: (query, variables) => ({
    ...interpolated(query, variables),
    ...(query.search === undefined ? {} : { search: variables.one(query.search) }),
  }),
  toRequest(query, { adHoc }) {
    const q = (query.search ?? '').trim().slice(0, MAX_SEARCH);
    return {
      type: 'vms',
      ...(q === '' ? {} : { q }),
      ...(query.state === undefined ? {} : { state: query.state }),
      ...filterBodies('vms', query, adHoc),
      ...limitOf(query),
    };
  },
  toFrames: (json, { refId }) => readFrames(json, ['vms'], refId),
  follows: () => ({ topics: ['state'] }),
  toText: (query) => `VMs${filterText(query)}`,
};
