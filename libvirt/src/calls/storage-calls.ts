import type { CallOptions } from '../call-options.ts';
import { bitsOf } from '../flags.ts';
import { poolState } from '../names/storage.ts';
import { procedures } from '../protocol/index.ts';
import { poolBuildBit, poolDeleteBit, poolListBit } from '../storage-bits.ts';
import type { StoragePoolBuildFlags, StoragePoolInfo, StoragePoolListFlags, StoragePoolRef } from '../storage.ts';
import { longJobTimeoutMs } from './calls.ts';
import { VolumeCalls } from './volume-calls.ts';

/**
 * Storage pools and their volumes. None of these calls enters a QEMU; those that touch the storage (start, refresh,
 * build, all that makes or removes a volume) hang where it hangs, e.g. with an NFS server that is gone. Changes are
 * refused on a read-only connection.
 */
export class StorageCalls extends VolumeCalls {
  /** Active and inactive pools, or those that the flags let through. */
  async listPools(options: CallOptions & StoragePoolListFlags = {}): Promise<StoragePoolRef[]> {
    const args = { needResults: 1, flags: bitsOf(poolListBit, options) };
    return [...(await this.call(procedures.connectListAllStoragePools, args, options)).pools];
  }

  /** RemoteError VIR_ERR_NO_STORAGE_POOL when there is none, as for all lookups of pools. */
  async lookupPoolByName(name: string, options?: CallOptions): Promise<StoragePoolRef> {
    return (await this.call(procedures.storagePoolLookupByName, { name }, options)).pool;
  }

  async lookupPoolByUuid(uuid: string, options?: CallOptions): Promise<StoragePoolRef> {
    return (await this.call(procedures.storagePoolLookupByUuid, { uuid }, options)).pool;
  }

  /** By the folder or device that is its target. */
  async lookupPoolByPath(path: string, options?: CallOptions): Promise<StoragePoolRef> {
    return (await this.call(procedures.storagePoolLookupByTargetPath, { path }, options)).pool;
  }

  /** State and sizes as of the last refresh: the storage itself is not asked. */
  async poolInfo(pool: StoragePoolRef, options?: CallOptions): Promise<StoragePoolInfo> {
    const info = await this.call(procedures.storagePoolGetInfo, { pool }, options);
    return {
      state: poolState(info.state),
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      availableBytes: Number(info.available),
    };
  }

  async poolXml(pool: StoragePoolRef, options?: CallOptions): Promise<string> {
    return (await this.call(procedures.storagePoolGetXmlDesc, { pool, flags: 0 }, options)).xml;
  }

  /** Makes and starts a transient pool. */
  async createPoolXml(xml: string, options?: CallOptions): Promise<StoragePoolRef> {
    return (await this.call(procedures.storagePoolCreateXml, { xml, flags: 0 }, options)).pool;
  }

  /** Defines a persistent pool, or redefines the one with that UUID. */
  async definePoolXml(xml: string, options?: CallOptions): Promise<StoragePoolRef> {
    return (await this.call(procedures.storagePoolDefineXml, { xml, flags: 0 }, options)).pool;
  }

  /** Makes its folder, file system, volume group, ... on the storage. */
  async buildPool(pool: StoragePoolRef, options: CallOptions & StoragePoolBuildFlags = {}): Promise<void> {
    const args = { pool, flags: bitsOf(poolBuildBit, options) };
    await this.call(procedures.storagePoolBuild, args, options, longJobTimeoutMs);
  }

  /** Mounts or opens it. Active already: VIR_ERR_OPERATION_INVALID. */
  async startPool(pool: StoragePoolRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.storagePoolCreate, { pool, flags: 0 }, options);
  }

  /** Unmounts or closes it (virStoragePoolDestroy); its data stays. */
  async stopPool(pool: StoragePoolRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.storagePoolDestroy, { pool }, options);
  }

  /** Removes it from the storage (virStoragePoolDelete): the empty folder, the volume group, ... It must be stopped. */
  async deletePool(pool: StoragePoolRef, options: CallOptions & { zeroed?: boolean } = {}): Promise<void> {
    const args = { pool, flags: bitsOf(poolDeleteBit, options) };
    await this.call(procedures.storagePoolDelete, args, options, longJobTimeoutMs);
  }

  /** Forgets its definition. It must be stopped. */
  async undefinePool(pool: StoragePoolRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.storagePoolUndefine, { pool }, options);
  }

  /** Looks at the storage again: sizes, and volumes that came or went. */
  async refreshPool(pool: StoragePoolRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.storagePoolRefresh, { pool, flags: 0 }, options);
  }

  /** Whether the daemon starts it when it starts. */
  async poolAutostart(pool: StoragePoolRef, options?: CallOptions): Promise<boolean> {
    return (await this.call(procedures.storagePoolGetAutostart, { pool }, options)).autostart !== 0;
  }

  async setPoolAutostart(pool: StoragePoolRef, autostart: boolean, options?: CallOptions): Promise<void> {
    await this.call(procedures.storagePoolSetAutostart, { pool, autostart: autostart ? 1 : 0 }, options);
  }
}
