import { RemoteError, type CallOptions, type DomainRef } from '@faultline/libvirt';
import { domainXmlOf } from '../../definition.ts';
import type { Hypervisor } from '../../host/hypervisor.ts';
import { CannotDoError, OK } from '../../host/outcome.ts';
import type { Outcome, TaskOf } from '../../messages.ts';
import {
  acceptedBut,
  brokeDown,
  isOff,
  isRunning,
  notDone,
  toldState,
  type Act,
  type AskOptions,
  type Sight,
} from './act.ts';

/** A32. What was defined and does not start is undefined again: a create that failed leaves nothing behind. */
export function create(task: TaskOf<'create'>): Act {
  const starts = task.start ?? true;
  /** Whether libvirt was asked for the definition: what there is of it since is ours. */
  let defines = false;

  async function ask(hypervisor: Hypervisor, vm: DomainRef, options: AskOptions): Promise<void> {
    await refuseKnown(hypervisor, vm, options);
    defines = true;
    const defined = await hypervisor.defineXml(domainXmlOf(task.definition, vm.uuid), { ...options, validate: true });
    if (!starts) return;
    try {
      await hypervisor.start(defined, options);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      await hypervisor.undefine(defined, options);
      throw new CannotDoError(`${error.message} (${error.codeName}); ${REMOVED}`, { cause: error });
    }
  }

  function judge(sight: Sight): Outcome | undefined {
    if (sight.state === 'gone') return undefined;
    if (!starts) return OK;
    if (isRunning(sight.state)) return OK;
    return brokeDown(sight) ? acceptedBut(sight) : undefined;
  }

  async function takeBack(hypervisor: Hypervisor, vm: DomainRef, options: CallOptions): Promise<string | undefined> {
    if (!defines) return undefined;
    // Without a definition, a VM that starts after all would be gone when it ends.
    const found = await hypervisor.lookupByUuid(vm.uuid, options);
    if (found.id >= 0 || !isOff(await hypervisor.domainState(found, options))) return undefined;
    await hypervisor.undefine(found, options);
    return REMOVED;
  }

  return {
    ask,
    makesVm: true,
    judge,
    waitsFor: 'libvirt',
    late: acceptedBut,
    judgeAfter: (sight) =>
      notDone(sight, sight.state === 'gone' ? undefined : `the VM was defined, but is ${toldState(sight.state)}`),
    takeBack,
  };
}

const REMOVED = 'its definition was removed again';

/** Defining it would silently change the VM that is there. */
async function refuseKnown(hypervisor: Hypervisor, vm: DomainRef, options: AskOptions): Promise<void> {
  try {
    const known = await hypervisor.lookupByUuid(vm.uuid, options);
    const state = toldState(await hypervisor.domainState(known, options));
    throw new CannotDoError(`the host has a VM with this UUID already: ${known.name}, ${state}`);
  } catch (error) {
    if (!(error instanceof RemoteError) || error.codeName !== 'VIR_ERR_NO_DOMAIN') throw error;
  }
}
