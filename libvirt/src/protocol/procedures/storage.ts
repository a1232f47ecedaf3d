import type { StoragePoolRef } from '../../storage.ts';
import { array, int, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { text, uuid } from '../types.ts';

const row = rowsOf(remoteProgram);

/** REMOTE_STORAGE_POOL_LIST_MAX, remote_protocol.x. */
const poolListMax = 16_384;

/** remote_nonnull_storage_pool. */
const poolRef = struct<StoragePoolRef>({ name: text, uuid });
const poolOnly = struct<{ pool: StoragePoolRef }>({ pool: poolRef });

/** Storage pools and their volumes. */
export const storageProcedures = {
  storagePoolGetInfo: row(87, 'STORAGE_POOL_GET_INFO', {
    args: poolOnly,
    ret: struct<{ state: number; capacity: bigint; allocation: bigint; available: bigint }>({
      state: uint,
      capacity: uhyper,
      allocation: uhyper,
      available: uhyper,
    }),
  }),
  connectListAllStoragePools: row(281, 'CONNECT_LIST_ALL_STORAGE_POOLS', {
    args: struct<{ needResults: number; flags: number }>({ needResults: int, flags: uint }),
    ret: struct<{ pools: readonly StoragePoolRef[]; count: number }>({
      pools: array(poolListMax, poolRef),
      count: uint,
    }),
  }),
};
