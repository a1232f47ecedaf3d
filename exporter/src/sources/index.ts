import type { Logger } from 'pino';
import type { ExporterConfig } from '../config.ts';
import { hardwareSources } from '../hardware/sources.ts';
import type { Source } from './source.ts';

/** Every source there is, in the order of the snapshot. None begins anything before it is read. */
export function sourcesOf(config: ExporterConfig, parts: { now: () => number; log: Logger }): Source[] {
  return [...hardwareSources(config, parts)];
}
