import type { Logger } from 'pino';
import type { ExporterConfig } from '../config.ts';
import { externalSource } from '../external/source.ts';
import { servicesSource } from '../services/source.ts';
import type { Source } from './source.ts';

/** Every source that the settings turn on, in the order of the snapshot. */
export function sourcesOf(config: ExporterConfig, parts: { now: () => number; log: Logger }): Source[] {
  return [
    ...(config.collectors.has('external') ? [externalSource(config, parts)] : []),
    ...(config.collectors.has('services') ? [servicesSource(config, parts.log)] : []),
  ];
}
