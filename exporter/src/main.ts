#!/usr/bin/env -S node --single-threaded-gc --min-semi-space-size=4 --max-semi-space-size=4 --max-old-space-size=256
import { BadSettingError, tellListening, untilAskedToEnd } from '@faultline/program';
import { configOfProcess, USAGE } from './config.ts';
import { startExporter } from './exporter.ts';
import { messageOf } from './cycle/link.ts';
import { systemdTargetOfProcess } from './systemd/config.ts';
import { VERSION } from './version.ts';

async function main(): Promise<void> {
  const config = configOfProcess();
  if (config === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  if (config === 'version') {
    process.stdout.write(`faultline-exporter, version ${VERSION}\n  node version: ${process.version}\n`);
    process.stdout.write(`  platform: ${process.platform}/${process.arch}\n`);
    return;
  }
  const asked = untilAskedToEnd();
  const exporter = await startExporter(config, { systemd: systemdTargetOfProcess() });
  tellListening();
  await asked;
  await exporter.stop();
  // The channel to the parent would keep the process alive.
  if (process.connected) process.disconnect();
}

// No await at this level: the bundle is CommonJS, where there is none.
main().catch((error: unknown) => {
  process.stderr.write(`faultline-exporter: ${messageOf(error)}\n`);
  process.exitCode = error instanceof BadSettingError ? 2 : 1;
  if (process.connected) process.disconnect();
});
