import type { PackageConfig } from './config.ts';
import { readJson } from './repository.ts';

/** What all that is packed together has in common. */
export interface Release extends PackageConfig {
  version: string;
  /** A folder for what is on its way into a package; it is removed in the end. */
  work: string;
}

/** One kind of thing that is handed out. */
export interface Artefact {
  /** What is said while it is made. */
  name: string;
  /** Writes into `release.out`. It may use what those before it in the list have written there. */
  make: (release: Release) => Promise<void>;
}

export function releaseOf(config: PackageConfig, work: string): Release {
  const { version } = readJson('package.json') as { version: string };
  return { ...config, version, work };
}

/** RFC 3339, to the second. */
export const timeTextOf = ({ epochSeconds }: Pick<Release, 'epochSeconds'>): string =>
  new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');

/** The date alone. */
export const dateTextOf = (release: Pick<Release, 'epochSeconds'>): string => timeTextOf(release).slice(0, 10);
