import { OK } from '../../host/outcome.ts';
import { acceptedBut, brokeDown, isRunning, notDone, type Act } from './act.ts';

const act: Act = {
  ask: (hypervisor, vm, options) => hypervisor.start(vm, options),
  judge: (sight) => {
    if (isRunning(sight.state)) return OK;
    return brokeDown(sight) ? acceptedBut(sight) : undefined;
  },
  waitsFor: 'libvirt',
  late: acceptedBut,
  judgeAfter: (sight) => notDone(sight),
};

/** A36 */
export const start = (): Act => act;
