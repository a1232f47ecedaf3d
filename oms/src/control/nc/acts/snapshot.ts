import { RemoteError, type CallOptions, type DomainRef } from '@faultline/libvirt';
import { escapeXml, readDomainXml, type DomainDisk } from '../../host/domain-xml.ts';
import type { Hypervisor } from '../../host/hypervisor.ts';
import { CannotDoError, failed, OK } from '../../host/outcome.ts';
import type { DiskPlace, TaskOf } from '../../messages.ts';
import { notDone, type Act, type AskOptions, type Given } from './act.ts';

/**
 * A33: an external snapshot of disks onto the volumes that the BRM made (A39). The VM's disks so far become read-only
 * images of that moment, the VM goes on in the volumes.
 */
export function snapshot(task: TaskOf<'snapshot'>, { disks }: Given): Act {
  const made = disks.map(({ path }) => path).join(', ');

  async function ask(hypervisor: Hypervisor, vm: DomainRef, options: AskOptions): Promise<void> {
    const { disks: own } = readDomainXml(await hypervisor.domainXml(vm, {}, options));
    const flags = { diskOnly: true, reuseExternal: true, atomic: true, quiesce: task.quiesce ?? false };
    try {
      await hypervisor.snapshots.create(vm, snapshotXml(task.name, disks, own), { ...options, ...flags });
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      throw new CannotDoError(`${error.message} (${error.codeName}); of the disks that were made nobody uses ${made}`, {
        cause: error,
      });
    }
  }

  const missing = `there is no snapshot ${task.name}`;
  return {
    ask,
    look: async (hypervisor, vm, options) => ({ made: await hasSnapshot(hypervisor, vm, task.name, options) }),
    judge: ({ made }) => (made === true ? OK : undefined),
    waitsFor: 'libvirt',
    late: () => failed(`libvirt accepted the request, but ${missing}`),
    // Its QEMU may have got the call even though nobody heard of it: what it has open must not be removed.
    judgeAfter: (sight) =>
      notDone(sight, `${missing}; the disks that were made are left, and its QEMU may have them open: ${made}`),
  };
}

/** Pure. Disks that were not asked for are named too: libvirt takes a snapshot of what is not. */
export function snapshotXml(name: string, places: readonly DiskPlace[], own: readonly DomainDisk[]): string {
  const disks = own.map(({ target }) => {
    const place = places.find((each) => each.target === target);
    if (place === undefined) return `<disk name='${escapeXml(target)}' snapshot='no'/>`;
    const source = place.type === 'block' ? 'dev' : 'file';
    return (
      `<disk name='${escapeXml(target)}' snapshot='external' type='${place.type}'>` +
      `<driver type='${escapeXml(place.format)}'/><source ${source}='${escapeXml(place.path)}'/></disk>`
    );
  });
  return `<domainsnapshot><name>${escapeXml(name)}</name><disks>${disks.join('')}</disks></domainsnapshot>`;
}

async function hasSnapshot(
  hypervisor: Hypervisor,
  vm: DomainRef,
  name: string,
  options: CallOptions,
): Promise<boolean> {
  try {
    await hypervisor.snapshots.lookup(vm, name, options);
    return true;
  } catch (error) {
    if (error instanceof RemoteError && error.codeName.startsWith('VIR_ERR_NO_DOMAIN')) return false;
    throw error;
  }
}
