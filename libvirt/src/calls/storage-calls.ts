import type { CallOptions } from '../call-options.ts';
import { bitsOf } from '../flags.ts';
import { poolState } from '../names/storage.ts';
import { procedures } from '../protocol/index.ts';
import { poolListBit } from '../storage-bits.ts';
import type { StoragePoolInfo, StoragePoolListFlags, StoragePoolRef } from '../storage.ts';
import { Calls } from './calls.ts';

/** Storage pools and their volumes. None of these calls enters a QEMU; those that touch the storage may hang with it. */
export class StorageCalls extends Calls {
  /** Active and inactive pools, or those that the flags let through. */
  async listPools(options: CallOptions & StoragePoolListFlags = {}): Promise<StoragePoolRef[]> {
    const args = { needResults: 1, flags: bitsOf(poolListBit, options) };
    return [...(await this.call(procedures.connectListAllStoragePools, args, options)).pools];
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
}
