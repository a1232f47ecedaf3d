import { failed, OK } from '../../host/outcome.ts';
import { acceptedBut, brokeDown, isOff, notDone, told, type Act } from './act.ts';

const act: Act = {
  ask: (hypervisor, vm, options) => hypervisor.suspend(vm, options),
  judge: (sight) => {
    if (isOff(sight.state) || brokeDown(sight)) return failed(`the VM is ${told(sight)} instead of suspended`);
    return sight.state !== 'gone' && sight.state.state === 'paused' ? OK : undefined;
  },
  waitsFor: 'libvirt',
  late: acceptedBut,
  judgeAfter: (sight) => notDone(sight),
};

/** Its CPUs stand still; its memory stays. */
export const suspend = (): Act => act;
