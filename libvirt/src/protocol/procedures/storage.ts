import type { StoragePoolRef, StorageVolumeRef } from '../../storage.ts';
import { array, int, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { text, uuid, xmlOnly } from '../types.ts';

const row = rowsOf(remoteProgram);

/** REMOTE_STORAGE_POOL_LIST_MAX and REMOTE_STORAGE_VOL_LIST_MAX, remote_protocol.x. */
const listMax = 16_384;

/** remote_nonnull_storage_pool. */
const poolRef = struct<StoragePoolRef>({ name: text, uuid });
const poolOnly = struct<{ pool: StoragePoolRef }>({ pool: poolRef });
const poolAndFlags = struct<{ pool: StoragePoolRef; flags: number }>({ pool: poolRef, flags: uint });

/** remote_nonnull_storage_vol. */
const volumeRef = struct<StorageVolumeRef>({ pool: text, name: text, key: text });
const volumeOnly = struct<{ volume: StorageVolumeRef }>({ volume: volumeRef });
const volumeAndFlags = struct<{ volume: StorageVolumeRef; flags: number }>({ volume: volumeRef, flags: uint });

const xmlAndFlags = struct<{ xml: string; flags: number }>({ xml: text, flags: uint });
const listArgs = struct<{ needResults: number; flags: number }>({ needResults: int, flags: uint });

/** Storage pools. */
export const poolProcedures = {
  storagePoolCreateXml: row(76, 'STORAGE_POOL_CREATE_XML', { args: xmlAndFlags, ret: poolOnly }),
  storagePoolDefineXml: row(77, 'STORAGE_POOL_DEFINE_XML', { args: xmlAndFlags, ret: poolOnly }),
  storagePoolCreate: row(78, 'STORAGE_POOL_CREATE', { args: poolAndFlags }),
  storagePoolBuild: row(79, 'STORAGE_POOL_BUILD', { args: poolAndFlags }),
  storagePoolDestroy: row(80, 'STORAGE_POOL_DESTROY', { args: poolOnly }),
  storagePoolDelete: row(81, 'STORAGE_POOL_DELETE', { args: poolAndFlags }),
  storagePoolUndefine: row(82, 'STORAGE_POOL_UNDEFINE', { args: poolOnly }),
  storagePoolRefresh: row(83, 'STORAGE_POOL_REFRESH', { args: poolAndFlags }),
  storagePoolLookupByName: row(84, 'STORAGE_POOL_LOOKUP_BY_NAME', {
    args: struct<{ name: string }>({ name: text }),
    ret: poolOnly,
  }),
  storagePoolLookupByUuid: row(85, 'STORAGE_POOL_LOOKUP_BY_UUID', {
    args: struct<{ uuid: string }>({ uuid }),
    ret: poolOnly,
  }),
  storagePoolLookupByVolume: row(86, 'STORAGE_POOL_LOOKUP_BY_VOLUME', { args: volumeOnly, ret: poolOnly }),
  storagePoolGetInfo: row(87, 'STORAGE_POOL_GET_INFO', {
    args: poolOnly,
    ret: struct<{ state: number; capacity: bigint; allocation: bigint; available: bigint }>({
      state: uint,
      capacity: uhyper,
      allocation: uhyper,
      available: uhyper,
    }),
  }),
  storagePoolGetXmlDesc: row(88, 'STORAGE_POOL_GET_XML_DESC', { args: poolAndFlags, ret: xmlOnly }),
  storagePoolGetAutostart: row(89, 'STORAGE_POOL_GET_AUTOSTART', {
    args: poolOnly,
    ret: struct<{ autostart: number }>({ autostart: int }),
  }),
  storagePoolSetAutostart: row(90, 'STORAGE_POOL_SET_AUTOSTART', {
    args: struct<{ pool: StoragePoolRef; autostart: number }>({ pool: poolRef, autostart: int }),
  }),
  connectListAllStoragePools: row(281, 'CONNECT_LIST_ALL_STORAGE_POOLS', {
    args: listArgs,
    ret: struct<{ pools: readonly StoragePoolRef[]; count: number }>({ pools: array(listMax, poolRef), count: uint }),
  }),
  storagePoolLookupByTargetPath: row(391, 'STORAGE_POOL_LOOKUP_BY_TARGET_PATH', {
    args: struct<{ path: string }>({ path: text }),
    ret: poolOnly,
  }),
};

/** Volumes of storage pools. */
export const volumeProcedures = {
  storageVolCreateXml: row(93, 'STORAGE_VOL_CREATE_XML', {
    args: struct<{ pool: StoragePoolRef; xml: string; flags: number }>({ pool: poolRef, xml: text, flags: uint }),
    ret: volumeOnly,
  }),
  storageVolDelete: row(94, 'STORAGE_VOL_DELETE', { args: volumeAndFlags }),
  storageVolLookupByName: row(95, 'STORAGE_VOL_LOOKUP_BY_NAME', {
    args: struct<{ pool: StoragePoolRef; name: string }>({ pool: poolRef, name: text }),
    ret: volumeOnly,
  }),
  storageVolLookupByKey: row(96, 'STORAGE_VOL_LOOKUP_BY_KEY', {
    args: struct<{ key: string }>({ key: text }),
    ret: volumeOnly,
  }),
  storageVolLookupByPath: row(97, 'STORAGE_VOL_LOOKUP_BY_PATH', {
    args: struct<{ path: string }>({ path: text }),
    ret: volumeOnly,
  }),
  // `type` is a char in C.
  storageVolGetInfo: row(98, 'STORAGE_VOL_GET_INFO', {
    args: volumeOnly,
    ret: struct<{ type: number; capacity: bigint; allocation: bigint }>({
      type: int,
      capacity: uhyper,
      allocation: uhyper,
    }),
  }),
  storageVolGetXmlDesc: row(99, 'STORAGE_VOL_GET_XML_DESC', { args: volumeAndFlags, ret: xmlOnly }),
  storageVolGetPath: row(100, 'STORAGE_VOL_GET_PATH', {
    args: volumeOnly,
    ret: struct<{ path: string }>({ path: text }),
  }),
  storageVolResize: row(260, 'STORAGE_VOL_RESIZE', {
    args: struct<{ volume: StorageVolumeRef; capacity: bigint; flags: number }>({
      volume: volumeRef,
      capacity: uhyper,
      flags: uint,
    }),
  }),
  storagePoolListAllVolumes: row(282, 'STORAGE_POOL_LIST_ALL_VOLUMES', {
    args: struct<{ pool: StoragePoolRef; needResults: number; flags: number }>({
      pool: poolRef,
      needResults: int,
      flags: uint,
    }),
    ret: struct<{ volumes: readonly StorageVolumeRef[]; count: number }>({
      volumes: array(listMax, volumeRef),
      count: uint,
    }),
  }),
};
