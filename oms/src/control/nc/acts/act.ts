/**
 * What an NC does to a VM: the libvirt call, and how to tell from what is seen afterwards whether it took effect. libvirt
 * reports success for an ACPI shutdown or reboot that the guest ignores, so no act is believed before the VM was read
 * again.
 */
import type { CallOptions, DomainRef, DomainStateInfo } from '@faultline/libvirt';
import type { Logger } from 'pino';
import { failed, unknown } from '../../host/outcome.ts';
import type { Hypervisor } from '../../host/hypervisor.ts';
import type { DiskPlace, Outcome, Progress } from '../../messages.ts';

/** `gone`: libvirt does not know the VM (any more), which is also how a transient one ends. */
export type SeenState = Pick<DomainStateInfo, 'state' | 'reason'> | 'gone';

/** What is seen of a VM at one moment after libvirt was asked to act on it. */
export interface Sight {
  state: SeenState;
  /** Whether libvirt told of a reboot since it was asked. */
  rebooted: boolean;
  /** Whether the connection was lost meanwhile, so that events may have been missed. */
  eventsMissed: boolean;
  /** Whether a call is inside the VM's QEMU: one that nobody heard the end of may still take effect. Looked at only then. */
  occupied: boolean;
  /** Whether what the act makes is there: a snapshot, a disk. Undefined where the act makes nothing, or it cannot be seen. */
  made?: boolean | undefined;
  /** The VM at the destination of a migration; undefined where there is none, or it cannot be read. */
  there?: SeenState | undefined;
}

/** The other end of a migration. */
export interface Destination {
  /** As the source's libvirtd reaches it. */
  uri: string;
  /** The connection to it that is open now. @throws LibvirtError */
  current(): Promise<Hypervisor>;
}

/** What an act is given beside its task. */
export interface Given {
  /** What the BRM answered. */
  disks: readonly DiskPlace[];
  destinationOf: (host: string) => Destination;
}

/** With which a call of libvirt's is made: its deadline, the asker's signal, and whom to tell how far it is. */
export interface AskOptions {
  signal: AbortSignal;
  timeoutMs: number;
  tell: (progress: Progress) => void;
  logger: Logger;
}

export interface Act {
  /**
   * Asks libvirt, over a connection of its own.
   *
   * @throws LibvirtError, or CannotDoError when nothing was done
   */
  ask(hypervisor: Hypervisor, vm: DomainRef, options: AskOptions): Promise<unknown>;
  /** The VM does not exist before. */
  makesVm?: true;
  /** Looks at more than the VM's state. */
  look?(hypervisor: Hypervisor, vm: DomainRef, options: CallOptions): Promise<Partial<Sight>>;
  /** The outcome, or undefined while it is still open. Pure. */
  judge(sight: Sight): Outcome | undefined;
  /** Who must do the work after the call: `guest` gets the guest's deadline, `libvirt` a short one to settle. */
  waitsFor: 'guest' | 'libvirt';
  /** Whether libvirt is seen at work on it still, so that its end is waited for. Pure. */
  underWay?(sight: Sight): boolean;
  /** The outcome when libvirt accepted the call, the wait is over and nothing was decided. Pure. */
  late(sight: Sight, waitedMs: number): Outcome;
  /** The outcome when nobody heard how the call ended, and nothing was decided by what is seen. Pure. */
  judgeAfter(sight: Sight): Outcome;
  /**
   * Takes back what this order made of a thing that it did not finish, where nobody heard how the call ended.
   *
   * @returns what was taken back, for the cause; undefined when there was nothing
   * @throws LibvirtError
   */
  takeBack?(hypervisor: Hypervisor, vm: DomainRef, options: CallOptions): Promise<string | undefined>;
}

export const toldState = (state: SeenState): string =>
  state === 'gone' ? 'not known to libvirt' : `${state.state} (${state.reason})`;

export const told = ({ state }: Sight): string => toldState(state);

export const isOff = (state: SeenState): boolean => state === 'gone' || state.state === 'shutoff';

/** The ways in which QEMU's end is not the end that was asked for. */
export function brokeDown({ state }: Sight): boolean {
  if (state === 'gone') return false;
  return (
    state.state === 'crashed' || (state.state === 'shutoff' && ['crashed', 'failed', 'daemon'].includes(state.reason))
  );
}

export const isRunning = (state: SeenState): boolean =>
  state !== 'gone' && (state.state === 'running' || state.state === 'blocked');

export const acceptedBut = (sight: Sight): Outcome =>
  failed(`libvirt accepted the request, but the VM is ${told(sight)}`);

/** What the state says of an act that shows in it: not done, unless a call is still inside QEMU. */
export function notDone(sight: Sight, what = `the VM is ${told(sight)}`): Outcome {
  return sight.occupied
    ? unknown(`a call to its QEMU has not come back and may still take effect; read back, ${what}`)
    : failed(`read back from libvirt, ${what}`);
}
