import type { StoragePoolState, StorageVolumeType } from '../storage.ts';
import { enumName } from './enum-names.ts';

/** virStoragePoolState, by number. */
export const poolStateNames = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const;

/** `state-<n>` for one newer than our list. */
export function poolState(code: number): StoragePoolState {
  return enumName(poolStateNames, code, 'state') as StoragePoolState;
}

/** virStorageVolType, by number. */
export const volumeTypeNames = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const;

/** `type-<n>` for one newer than our list. */
export function volumeType(code: number): StorageVolumeType {
  return enumName(volumeTypeNames, code, 'type') as StorageVolumeType;
}
