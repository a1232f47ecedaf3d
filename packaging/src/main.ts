#!/usr/bin/env node
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadSettingError } from '@faultline/program';
import { artefacts } from './artefacts/index.ts';
import { writeChecksums } from './checksums.ts';
import { configOfProcess, USAGE, type PackageConfig } from './config.ts';
import { emptyOutput } from './output.ts';
import { releaseOf } from './release.ts';

async function packageAll(config: PackageConfig): Promise<void> {
  await emptyOutput(config.out);
  const work = await mkdtemp(join(tmpdir(), 'faultline-package-'));
  const release = releaseOf(config, work);
  try {
    for (const { name, make } of artefacts) {
      console.log(`${name} ...`);
      await make(release);
    }
    await writeChecksums(config.out);
  } finally {
    await rm(work, { recursive: true });
  }
  console.log(`Faultline ${release.version} is in ${config.out}`);
}

try {
  const config = configOfProcess();
  if (config === 'help') process.stdout.write(USAGE);
  else await packageAll(config);
} catch (error) {
  if (!(error instanceof BadSettingError)) throw error;
  process.stderr.write(`npm run package: ${error.message}\n`);
  process.exitCode = 2;
}
