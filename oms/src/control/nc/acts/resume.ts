import { failed, OK } from '../../host/outcome.ts';
import { acceptedBut, brokeDown, isOff, isRunning, notDone, told, type Act } from './act.ts';

const act: Act = {
  ask: (hypervisor, vm, options) => hypervisor.resume(vm, options),
  judge: (sight) => {
    if (isOff(sight.state) || brokeDown(sight)) return failed(`the VM is ${told(sight)} instead of running`);
    return isRunning(sight.state) ? OK : undefined;
  },
  waitsFor: 'libvirt',
  late: acceptedBut,
  judgeAfter: (sight) => notDone(sight),
};

export const resume = (): Act => act;
