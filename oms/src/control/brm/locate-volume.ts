import type { CallOptions, StorageVolumeRef } from '@faultline/libvirt';
import type { Storage } from '../host/hypervisor.ts';
import { CannotDoError } from '../host/outcome.ts';
import type { DiskPlace } from '../messages.ts';

/** A35: where a volume is on the host, and what is in it. @throws LibvirtError, CannotDoError */
export async function locateVolume(
  { storage }: Storage,
  wanted: { pool: string; volume: string },
  options: CallOptions,
): Promise<DiskPlace> {
  const pool = await storage.lookupPoolByName(wanted.pool, options);
  return placeOf(storage, await storage.lookupVolumeByName(pool, wanted.volume, options), options);
}

/** @throws LibvirtError, CannotDoError for a volume that no VM can be given by its path */
export async function placeOf(
  storage: Storage['storage'],
  volume: StorageVolumeRef,
  options: CallOptions,
): Promise<DiskPlace> {
  const { type } = await storage.volumeInfo(volume, options);
  if (type !== 'file' && type !== 'block') {
    throw new CannotDoError(`volume ${volume.name} of pool ${volume.pool} is of type ${type}, neither file nor block`);
  }
  const path = await storage.volumePath(volume, options);
  return { path, type, format: formatIn(await storage.volumeXml(volume, options)) };
}

/** libvirt writes the volume's own format before that of its backing. */
const formatIn = (volumeXml: string): string =>
  /<target>[\s\S]*?<format type=['"]([\w-]+)['"]/.exec(volumeXml)?.[1] ?? 'raw';
