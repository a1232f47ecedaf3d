import type { News, Operation } from '@faultline/contracts';
import type { OmsContext } from '../context.ts';

/** What stores operations of others needs beside the store: the clock, and whom to tell after the commit. */
export type Surroundings = Pick<OmsContext, 'now' | 'news'>;

/** That something of an operation is new, or that it is gone. */
export function newsOf({ id, vm, started, ended }: Pick<Operation, 'id' | 'vm' | 'started' | 'ended'>): News {
  return { topic: 'operation', vm: vm.uuid, id, at: ended ?? started };
}
