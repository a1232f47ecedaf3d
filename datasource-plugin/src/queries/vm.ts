import { incomplete } from './definition.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a query names a VM, or something that may come to be one. */
export const namesVm = ({ vm }: { vm?: string }): boolean => (vm ?? '').trim() !== '';

/** The UUID that an interpolated query asks for. Throws `query-incomplete`, saying what to put in. */
export function uuidOf({ vm }: { vm: string }): string {
  const uuid = vm.trim().toLowerCase();
  if (!UUID.test(uuid)) {
    throw incomplete(messageFor(vm));
  }
  return uuid;
}

function messageFor(vm: string): string {
  if (vm.startsWith('{') || vm.includes(',')) {
    return 'This query is of one VM, and the variable holds several: turn off multi-value, or repeat the panel by the variable.';
  }
  if (vm.includes('$')) {
    return `The variable in "${vm}" has no value on this dashboard.`;
  }
  return `"${vm}" is not a VM's UUID: choose the VM from the list.`;
}
