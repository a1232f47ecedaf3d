import { ALARM_LEVELS, type OpenAlarms } from '../../oms/alarm.ts';
import type { Vm } from '../../oms/records.ts';

/**
 * How bad it is about a VM, 0 worst: abnormal; then silent, for nobody knows; then by the worst of its open alarms, critical first; then
 * all is well.
 */
function badness({ state }: Pick<Vm, 'state'>, open: OpenAlarms | undefined): number {
  if (state === 'abnormal') {
    return 0;
  }
  if (state === null) {
    return 1;
  }
  return 2 + (open === undefined ? ALARM_LEVELS.length : ALARM_LEVELS.indexOf(open.worst));
}

/**
 * The VMs in the order in which to look after them: the worst first, of equally bad ones the important first, then those with
 * more alarms, then by name with numbers in order (`vm-2` before `vm-10`). VMs that are called the same are ordered by UUID, so that
 * the order is always the same.
 */
export function worstFirst(vms: readonly Vm[], open: ReadonlyMap<string, OpenAlarms>): Vm[] {
  const keyed = vms.map((vm) => {
    const alarms = open.get(vm.uuid);
    return { vm, bad: badness(vm, alarms), count: alarms?.count ?? 0 };
  });
  keyed.sort(
    (a, b) =>
      a.bad - b.bad ||
      Number(b.vm.important) - Number(a.vm.important) ||
      b.count - a.count ||
      NAMES.compare(a.vm.name, b.vm.name) ||
      (a.vm.uuid < b.vm.uuid ? -1 : 1),
  );
  return keyed.map(({ vm }) => vm);
}

const NAMES = new Intl.Collator('en', { numeric: true });
