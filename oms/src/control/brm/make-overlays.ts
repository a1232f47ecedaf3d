import type { CallOptions, StorageVolumeRef } from '@faultline/libvirt';
import type { VmRef } from '@faultline/contracts';
import { escapeXml, readDomainXml, type DomainDisk } from '../host/domain-xml.ts';
import type { Storage } from '../host/hypervisor.ts';
import { CannotDoError } from '../host/outcome.ts';
import type { DiskPlace, TaskOf } from '../messages.ts';
import { placeOf } from './locate-volume.ts';

/**
 * A33: the disks into which a VM goes on after a snapshot, one for each disk that is kept: a qcow2 volume with that disk
 * as its backing. All of them or none.
 *
 * @throws LibvirtError, CannotDoError
 */
export async function makeOverlays(
  hypervisor: Storage,
  { task, vm }: { task: TaskOf<'snapshot'>; vm: VmRef },
  options: CallOptions,
): Promise<DiskPlace[]> {
  const { storage } = hypervisor;
  const pool = await storage.lookupPoolByName(task.pool, options);
  const domain = await hypervisor.lookupByUuid(vm.uuid, options);
  const { disks } = readDomainXml(await hypervisor.domainXml(domain, {}, options));
  const kept = disksToKeep(disks, task.disks);
  const made: StorageVolumeRef[] = [];
  try {
    for (const disk of kept) made.push(await storage.createVolumeXml(pool, overlayXml(disk, task, vm), options));
    return await Promise.all(
      made.map(async (volume, index) => ({
        ...(await placeOf(storage, volume, options)),
        target: kept[index]?.target ?? '',
      })),
    );
  } catch (error) {
    for (const volume of made) await storage.deleteVolume(volume, options);
    throw error;
  }
}

/** Pure. @throws CannotDoError for a disk that is not there or cannot be kept */
export function disksToKeep(disks: readonly DomainDisk[], wanted: readonly string[] | undefined): DomainDisk[] {
  const kept = wanted === undefined ? disks.filter(({ device, writable }) => device === 'disk' && writable) : [];
  for (const target of wanted ?? []) {
    const disk = disks.find((each) => each.target === target);
    if (disk === undefined) throw new CannotDoError(`the VM has no disk ${target}`);
    kept.push(disk);
  }
  if (kept.length === 0) throw new CannotDoError('the VM has no disk that can be written');
  for (const { target, type, path } of kept) {
    if (path === undefined)
      throw new CannotDoError(`disk ${target} is of type ${type}, neither a file nor a block device`);
  }
  return kept;
}

/** Without a size: qemu-img takes that of the backing. Pure. */
export function overlayXml({ target, path = '', format }: DomainDisk, { name }: { name: string }, vm: VmRef): string {
  return (
    `<volume><name>${escapeXml(`${vm.name}-${target}-${name}.qcow2`)}</name><capacity>0</capacity>` +
    `<target><format type='qcow2'/></target>` +
    `<backingStore><path>${escapeXml(path)}</path><format type='${escapeXml(format)}'/></backingStore></volume>`
  );
}
