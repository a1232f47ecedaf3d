/**
 * What an NC does to a VM, one entry an operation: the libvirt call, and how to tell from what is seen afterwards whether
 * it took effect. libvirt reports success for an ACPI shutdown or reboot that the guest ignores, so no act is believed
 * before the VM's state was read again.
 */
import type { CallOptions, DomainRef, DomainStateInfo } from '@faultline/libvirt';
import type { OperationOrder, Outcome } from '../messages.ts';
import type { Hypervisor } from './hypervisor.ts';
import { failed } from './outcome.ts';

/** What is seen of a VM at one moment after libvirt was asked to act on it. */
export interface Sight {
  /** `gone`: libvirt no longer knows the VM, which is how a transient one ends. */
  state: Pick<DomainStateInfo, 'state' | 'reason'> | 'gone';
  /** Whether libvirt told of a reboot since it was asked. */
  rebooted: boolean;
  /** Whether the connection was lost meanwhile, so that events may have been missed. */
  eventsMissed: boolean;
}

export interface Act {
  ask(hypervisor: Hypervisor, vm: DomainRef, options: CallOptions): Promise<unknown>;
  /** The outcome, or undefined while it is still open. Pure. */
  judge(sight: Sight): Outcome | undefined;
  /** Who must do the work after the call: `guest` gets the guest's deadline, `libvirt` a short one to settle. */
  waitsFor: 'guest' | 'libvirt';
  /** The outcome when the wait is over and nothing was decided. Pure. */
  late(sight: Sight, waitedMs: number): Outcome;
}

const OK: Outcome = { result: 'ok' };

const told = ({ state }: Sight): string => (state === 'gone' ? 'gone' : `${state.state} (${state.reason})`);

const isOff = ({ state }: Sight): boolean => state === 'gone' || state.state === 'shutoff';

/** The ways in which QEMU's end is not the end that was asked for. */
function brokeDown({ state }: Sight): boolean {
  if (state === 'gone') return false;
  return (
    state.state === 'crashed' || (state.state === 'shutoff' && ['crashed', 'failed', 'daemon'].includes(state.reason))
  );
}

const isRunning = ({ state }: Sight): boolean =>
  state !== 'gone' && (state.state === 'running' || state.state === 'blocked');

const acceptedBut = (sight: Sight): Outcome => failed(`libvirt accepted the request, but the VM is ${told(sight)}`);

const stop: Act = {
  ask: (hypervisor, vm, options) => hypervisor.shutdown(vm, options),
  judge: (sight) => {
    if (brokeDown(sight)) return failed(`the VM ended as ${told(sight)} instead of shutting down`);
    return isOff(sight) ? OK : undefined;
  },
  waitsFor: 'guest',
  late: (sight, waitedMs) =>
    failed(
      `guest did not shut down within ${waitedMs / 1000} s, the VM is ${told(sight)}; ` +
        'ask again with force to stop it without the guest',
    ),
};

const forcedStop: Act = {
  ask: (hypervisor, vm, options) => hypervisor.destroyDomain(vm, options),
  judge: (sight) => (isOff(sight) ? OK : undefined),
  waitsFor: 'libvirt',
  late: acceptedBut,
};

const start: Act = {
  ask: (hypervisor, vm, options) => hypervisor.start(vm, options),
  judge: (sight) => {
    if (isRunning(sight)) return OK;
    return brokeDown(sight) ? acceptedBut(sight) : undefined;
  },
  waitsFor: 'libvirt',
  late: acceptedBut,
};

/** With on_reboot 'destroy' or 'preserve' libvirt powers the VM off instead of rebooting it. */
function judgeReboot(sight: Sight): Outcome | undefined {
  if (isOff(sight) || brokeDown(sight)) {
    return failed(`the VM is ${told(sight)} after the reboot request; its on_reboot setting may say so`);
  }
  return sight.rebooted && isRunning(sight) ? OK : undefined;
}

const reboot: Act = {
  ask: (hypervisor, vm, options) => hypervisor.reboot(vm, options),
  judge: judgeReboot,
  waitsFor: 'guest',
  late: (sight, waitedMs) =>
    lateReboot(
      sight,
      `guest did not reboot within ${waitedMs / 1000} s; ask again with force to reset it without the guest`,
    ),
};

const forcedReboot: Act = {
  ask: (hypervisor, vm, options) => hypervisor.reset(vm, options),
  judge: judgeReboot,
  waitsFor: 'libvirt',
  late: (sight) => lateReboot(sight, 'libvirt accepted the reset, but told of no reboot'),
};

function lateReboot(sight: Sight, notRebooted: string): Outcome {
  if (sight.rebooted) return failed(`the VM rebooted, but is ${told(sight)}`);
  if (!sight.eventsMissed) return failed(notRebooted);
  return {
    result: 'timeout',
    cause: 'the connection to libvirtd was lost meanwhile; whether the VM rebooted is not known',
  };
}

/** The act that an order asks for. A start has nothing to force. */
export function actOf({ kind, force }: Pick<OperationOrder, 'kind' | 'force'>): Act {
  if (kind === 'start') return start;
  if (kind === 'stop') return force ? forcedStop : stop;
  return force ? forcedReboot : reboot;
}
