import type { Logger } from 'pino';
import type { ExporterConfig } from '../config.ts';
import { externalSource } from '../external/source.ts';
import { hardwareSources } from '../hardware/sources.ts';
import { guestsSource } from '../guests/source.ts';
import { servicesSource } from '../services/source.ts';
import type { Source } from './source.ts';
import { storagePoolsSource } from './storage-pools.ts';

/**
 * Every source there is, in the order of the snapshot. None begins anything before it is read.
 *
 * @throws BadSettingError for a file that a setting names and that cannot be used
 */
export function sourcesOf(config: ExporterConfig, parts: { now: () => number; log: Logger }): Source[] {
  const { libvirtUri, callTimeoutMs } = config;
  return [
    storagePoolsSource({ uri: libvirtUri, connectTimeoutMs: callTimeoutMs }),
    ...hardwareSources(config, parts),
    externalSource(config, parts),
    servicesSource(config, parts.log),
    ...guestsSource(config, parts),
  ];
}
