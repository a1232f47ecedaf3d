import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's folder, seen from src/ as from dist/. */
export const ROOT = dirname(dirname(import.meta.dirname));

/** What is handed out as npm packages, by workspace: the programs, what they need of ours, and the pages that the OMS serves. */
export const NPM_WORKSPACES = [
  'contracts',
  'libvirt',
  'domain-xml',
  'program',
  'exporter',
  'oms',
  'cli',
  'console',
  'datasource-plugin',
  'panel-plugin',
] as const;

/** Of those, what a page is built from and carries in itself: the others carry nothing that is not among their dependencies. */
export const BUNDLED_WORKSPACES = ['console', 'datasource-plugin', 'panel-plugin'] as const;

export interface PackageJson {
  name: string;
  version: string;
  description: string;
}

export const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));

export const packageOf = (workspace: string): PackageJson => readJson(workspace, 'package.json') as PackageJson;
