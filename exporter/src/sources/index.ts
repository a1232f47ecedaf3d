import type { ExporterConfig } from '../config.ts';
import type { Source } from './source.ts';
import { storagePoolsSource } from './storage-pools.ts';

/** Every source that the settings turn on, in the order of the snapshot. */
export function sourcesOf({ libvirtUri, callTimeoutMs }: ExporterConfig): Source[] {
  return [storagePoolsSource({ uri: libvirtUri, connectTimeoutMs: callTimeoutMs })];
}
