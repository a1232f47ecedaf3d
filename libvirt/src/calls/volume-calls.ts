import type { CallOptions } from '../call-options.ts';
import { bitsOf } from '../flags.ts';
import { volumeType } from '../names/storage.ts';
import { procedures } from '../protocol/index.ts';
import { volumeCreateBit, volumeDeleteBit, volumeResizeBit } from '../storage-bits.ts';
import type {
  StoragePoolRef,
  StorageVolumeCreateFlags,
  StorageVolumeDeleteFlags,
  StorageVolumeInfo,
  StorageVolumeRef,
  StorageVolumeResizeFlags,
} from '../storage.ts';
import { hyperFrom } from '../wire/xdr-writer.ts';
import { Calls, longJobTimeoutMs } from './calls.ts';

/** Volumes of storage pools. */
export abstract class VolumeCalls extends Calls {
  /** All volumes of an active pool, as of its last refresh. Inactive: VIR_ERR_OPERATION_INVALID. */
  async listVolumes(pool: StoragePoolRef, options?: CallOptions): Promise<StorageVolumeRef[]> {
    const args = { pool, needResults: 1, flags: 0 };
    return [...(await this.call(procedures.storagePoolListAllVolumes, args, options)).volumes];
  }

  /** RemoteError VIR_ERR_NO_STORAGE_VOL when there is none, as for all lookups of volumes. */
  async lookupVolumeByName(pool: StoragePoolRef, name: string, options?: CallOptions): Promise<StorageVolumeRef> {
    return (await this.call(procedures.storageVolLookupByName, { pool, name }, options)).volume;
  }

  async lookupVolumeByKey(key: string, options?: CallOptions): Promise<StorageVolumeRef> {
    return (await this.call(procedures.storageVolLookupByKey, { key }, options)).volume;
  }

  /** In any active pool. */
  async lookupVolumeByPath(path: string, options?: CallOptions): Promise<StorageVolumeRef> {
    return (await this.call(procedures.storageVolLookupByPath, { path }, options)).volume;
  }

  async poolOfVolume(volume: StorageVolumeRef, options?: CallOptions): Promise<StoragePoolRef> {
    return (await this.call(procedures.storagePoolLookupByVolume, { volume }, options)).pool;
  }

  /** Type and sizes; unlike a pool's, they are read from the storage now. */
  async volumeInfo(volume: StorageVolumeRef, options?: CallOptions): Promise<StorageVolumeInfo> {
    const info = await this.call(procedures.storageVolGetInfo, { volume }, options);
    return {
      type: volumeType(info.type),
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
    };
  }

  async volumePath(volume: StorageVolumeRef, options?: CallOptions): Promise<string> {
    return (await this.call(procedures.storageVolGetPath, { volume }, options)).path;
  }

  async volumeXml(volume: StorageVolumeRef, options?: CallOptions): Promise<string> {
    return (await this.call(procedures.storageVolGetXmlDesc, { volume, flags: 0 }, options)).xml;
  }

  /** A name that is taken: VIR_ERR_STORAGE_VOL_EXIST. It may have to write all of it: the default deadline is an hour. */
  async createVolumeXml(
    pool: StoragePoolRef,
    xml: string,
    options: CallOptions & StorageVolumeCreateFlags = {},
  ): Promise<StorageVolumeRef> {
    const args = { pool, xml, flags: bitsOf(volumeCreateBit, options) };
    return (await this.call(procedures.storageVolCreateXml, args, options, longJobTimeoutMs)).volume;
  }

  /** With its data. libvirt does not look whether a domain uses it. */
  async deleteVolume(volume: StorageVolumeRef, options: CallOptions & StorageVolumeDeleteFlags = {}): Promise<void> {
    const args = { volume, flags: bitsOf(volumeDeleteBit, options) };
    await this.call(procedures.storageVolDelete, args, options, longJobTimeoutMs);
  }

  /** The disk of a domain that is off; that of a running one must be resized by its QEMU. */
  async resizeVolume(
    volume: StorageVolumeRef,
    capacityBytes: number,
    options: CallOptions & StorageVolumeResizeFlags = {},
  ): Promise<void> {
    const args = { volume, capacity: hyperFrom(capacityBytes), flags: bitsOf(volumeResizeBit, options) };
    await this.call(procedures.storageVolResize, args, options, longJobTimeoutMs);
  }
}
