import type { Artefact } from '../release.ts';
import { billsOfMaterials } from './bills-of-materials.ts';
import { exporterDeb } from './exporter-deb.ts';
import { npmPackages } from './npm-packages.ts';
import { omsDeb } from './oms-deb.ts';
import { pluginArchives } from './plugin-archives.ts';

/** What is handed out, in the order in which it is made: the OMS's Debian package is laid out from the npm packages. */
export const artefacts: readonly Artefact[] = [npmPackages, pluginArchives, exporterDeb, omsDeb, billsOfMaterials];
