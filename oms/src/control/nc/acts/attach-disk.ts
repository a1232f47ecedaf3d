import { RemoteError, type CallOptions, type DomainRef } from '@faultline/libvirt';
import { escapeXml, readDomainXml, type DomainDisk } from '../../host/domain-xml.ts';
import type { Hypervisor } from '../../host/hypervisor.ts';
import { CannotDoError, failed, OK, unknown } from '../../host/outcome.ts';
import type { DiskPlace, TaskOf } from '../../messages.ts';
import { isOff, notDone, type Act, type AskOptions, type Given } from './act.ts';
import { isPersistent } from './persistence.ts';

/** A35: binds the volume that the BRM located to the VM, to the running one and to its configuration, as far as it has both. */
export function attachDisk(task: TaskOf<'attach-disk'>, { disks: [place] }: Given): Act {
  async function ask(hypervisor: Hypervisor, vm: DomainRef, options: AskOptions): Promise<void> {
    if (place === undefined) throw new CannotDoError('the BRM told of no disk');
    const { disks } = readDomainXml(await hypervisor.domainXml(vm, {}, options));
    const user = disks.find(({ path }) => path === place.path);
    if (user !== undefined) throw new CannotDoError(`the VM has this disk already, as ${user.target}`);
    const live = !isOff(await hypervisor.domainState(vm, options));
    const config = await isPersistent(hypervisor, vm, options);
    await hypervisor.hardware.attachDevice(vm, diskXml(task, place, disks), { ...options, live, config });
  }

  async function isMade(hypervisor: Hypervisor, vm: DomainRef, options: CallOptions): Promise<boolean | undefined> {
    if (place === undefined) return undefined;
    try {
      const { disks } = readDomainXml(await hypervisor.domainXml(vm, {}, options));
      return disks.some(({ path }) => path === place.path);
    } catch (error) {
      if (error instanceof RemoteError && error.codeName === 'VIR_ERR_NO_DOMAIN') return false;
      throw error;
    }
  }

  const missing = `the VM has no disk ${task.pool}/${task.volume}`;
  return {
    ask,
    look: async (hypervisor, vm, options) => ({ made: await isMade(hypervisor, vm, options) }),
    judge: ({ made }) => (made === true ? OK : undefined),
    waitsFor: 'libvirt',
    late: () => failed(`libvirt accepted the request, but ${missing}`),
    judgeAfter: (sight) =>
      sight.made === undefined
        ? unknown('the volume cannot be found, so that its disk cannot')
        : notDone(sight, missing),
  };
}

/** Pure. @throws CannotDoError when the VM has no target left, or not the one that is asked for */
export function diskXml(task: TaskOf<'attach-disk'>, place: DiskPlace, own: readonly DomainDisk[]): string {
  const taken = new Set(own.map(({ target }) => target));
  const target = task.target ?? freeTarget(taken);
  if (target === undefined) throw new CannotDoError('the VM has no free target from vda to vdz');
  if (taken.has(target)) throw new CannotDoError(`the VM has a disk ${target} already`);
  const bus = task.bus ?? busOf(target);
  const source = place.type === 'block' ? 'dev' : 'file';
  return (
    `<disk type='${place.type}' device='disk'><driver name='qemu' type='${escapeXml(place.format)}'/>` +
    `<source ${source}='${escapeXml(place.path)}'/><target dev='${target}' bus='${bus}'/>` +
    `${task.readOnly === true ? '<readonly/>' : ''}</disk>`
  );
}

const freeTarget = (taken: ReadonlySet<string>): string | undefined =>
  Array.from({ length: 26 }, (_, index) => `vd${String.fromCharCode(97 + index)}`).find((each) => !taken.has(each));

/** The bus that a target's name stands for. */
function busOf(target: string): string {
  if (target.startsWith('sd')) return 'scsi';
  return target.startsWith('hd') ? 'ide' : 'virtio';
}
