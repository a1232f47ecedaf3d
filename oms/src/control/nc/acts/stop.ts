import { failed, OK, unknown } from '../../host/outcome.ts';
import type { TaskOf } from '../../messages.ts';
import { acceptedBut, brokeDown, isOff, notDone, told, type Act } from './act.ts';

const asked: Act = {
  ask: (hypervisor, vm, options) => hypervisor.shutdown(vm, options),
  judge: (sight) => {
    if (brokeDown(sight) && sight.eventsMissed && isOff(sight.state)) {
      // A libvirtd that comes back calls a QEMU that ended meanwhile crashed, however it ended.
      return unknown(
        `the VM is ${told(sight)}, but nobody saw it end: whether it shut down or broke down is not known`,
      );
    }
    if (brokeDown(sight)) return failed(`the VM ended as ${told(sight)} instead of shutting down`);
    return isOff(sight.state) ? OK : undefined;
  },
  waitsFor: 'guest',
  late: (sight, waitedMs) =>
    failed(
      `guest did not shut down within ${waitedMs / 1000} s, the VM is ${told(sight)}; ` +
        'ask again with force to stop it without the guest',
    ),
  judgeAfter: (sight) => notDone(sight),
};

const forced: Act = {
  ask: (hypervisor, vm, options) => hypervisor.destroyDomain(vm, options),
  judge: (sight) => (isOff(sight.state) ? OK : undefined),
  waitsFor: 'libvirt',
  late: acceptedBut,
  judgeAfter: (sight) => notDone(sight),
};

/** A37 */
export const stop = ({ force = false }: TaskOf<'stop'>): Act => (force ? forced : asked);
