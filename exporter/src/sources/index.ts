import type { ExporterConfig } from '../config.ts';
import type { Source } from './source.ts';

/** Every source that the settings turn on, in the order of the snapshot. */
export function sourcesOf(_config: ExporterConfig): Source[] {
  return [];
}
