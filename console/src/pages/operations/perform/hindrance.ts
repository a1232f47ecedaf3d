import type { Host as ControlledHost } from '@faultline/contracts';
import type { Vm } from '../../../oms/records.ts';
import type { OfferedKind } from './kinds.ts';

/** What speaks against an operation before it is asked for. */
export interface Hindrance {
  why: string;
  /** Whether the OMS would refuse it. */
  blocks: boolean;
}

/** What speaks against this operation on this VM, as far as the page knows; null: nothing. */
export function hindranceOf(
  { whileIsolated, states }: Pick<OfferedKind, 'whileIsolated' | 'states'>,
  { name, host: hostName, state }: Pick<Vm, 'name' | 'host' | 'state'>,
  hosts: readonly ControlledHost[],
): Hindrance | null {
  const host = hosts.find((each) => each.name === hostName);
  if (host?.controlled !== true) {
    return { why: `This OMS does not control ${hostName}, where ${name} is.`, blocks: true };
  }
  if (host.isolation !== null && !whileIsolated) {
    const { by, why } = host.isolation;
    return { why: `${hostName} is isolated by ${by}, and does not do this meanwhile: ${why}`, blocks: true };
  }
  if (state === null) {
    return { why: `Nobody knows how ${name} is now.`, blocks: false };
  }
  return states === undefined || states.includes(state)
    ? null
    : { why: `As far as is known, ${name} is ${state}.`, blocks: false };
}
