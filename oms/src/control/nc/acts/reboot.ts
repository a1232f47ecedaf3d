import { failed, unknown } from '../../host/outcome.ts';
import { OK } from '../../host/outcome.ts';
import type { Outcome, TaskOf } from '../../messages.ts';
import { brokeDown, isOff, isRunning, told, type Act, type Sight } from './act.ts';

/** With on_reboot 'destroy' or 'preserve' libvirt powers the VM off instead of rebooting it. */
function judge(sight: Sight): Outcome | undefined {
  if (isOff(sight.state) || brokeDown(sight)) {
    return failed(`the VM is ${told(sight)} after the reboot request; its on_reboot setting may say so`);
  }
  return sight.rebooted && isRunning(sight.state) ? OK : undefined;
}

function late(sight: Sight, notRebooted: string): Outcome {
  if (sight.rebooted) return failed(`the VM rebooted, but is ${told(sight)}`);
  if (!sight.eventsMissed) return failed(notRebooted);
  return unknown('the connection to libvirtd was lost meanwhile; whether the VM rebooted is not known');
}

/** A VM that rebooted and one that did not look the same. */
const judgeAfter = (sight: Sight): Outcome =>
  sight.rebooted
    ? failed(`the VM rebooted, but is ${told(sight)}`)
    : unknown(`whether the VM rebooted is not known; read back, it is ${told(sight)}`);

const asked: Act = {
  ask: (hypervisor, vm, options) => hypervisor.reboot(vm, options),
  judge,
  waitsFor: 'guest',
  late: (sight, waitedMs) =>
    late(sight, `guest did not reboot within ${waitedMs / 1000} s; ask again with force to reset it without the guest`),
  judgeAfter,
};

const forced: Act = {
  ask: (hypervisor, vm, options) => hypervisor.reset(vm, options),
  judge,
  waitsFor: 'libvirt',
  late: (sight) => late(sight, 'libvirt accepted the reset, but told of no reboot'),
  judgeAfter,
};

/** A34 */
export const reboot = ({ force = false }: TaskOf<'reboot'>): Act => (force ? forced : asked);
