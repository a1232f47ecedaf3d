#!/usr/bin/env node
import { BadSettingError } from '@faultline/settings';
import { configOfProcess, USAGE } from './config.ts';
import { startExporter } from './exporter.ts';
import { messageOf } from './cycle/link.ts';

/** The starter went while we were being loaded. Without a channel there is no `connected` at all. */
function isOrphan({ connected }: { connected?: boolean }): boolean {
  return connected === false;
}

/** Resolves when the process is told to end, or the program that started it over an IPC channel is gone. */
function untilAsked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve(signal);
      });
    }
    process.once('disconnect', () => {
      resolve('the program that started it is gone');
    });
    if (isOrphan(process)) resolve('the program that started it is gone');
  });
}

async function main(): Promise<void> {
  const config = configOfProcess();
  if (config === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const asked = untilAsked();
  const exporter = await startExporter(config);
  await asked;
  await exporter.stop();
  // The channel to the parent would keep the process alive.
  if (process.connected) process.disconnect();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`faultline-exporter: ${messageOf(error)}\n`);
  process.exitCode = error instanceof BadSettingError ? 2 : 1;
  if (process.connected) process.disconnect();
}
