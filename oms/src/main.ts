#!/usr/bin/env node
import { BadSettingError, stdoutLog } from '@faultline/settings';
import { pino } from 'pino';
import { configOfProcess, USAGE, type OmsConfig } from './config.ts';
import { DataFolderHeldError, StoreUnusableError } from './database/index.ts';
import { messageOf } from './errors.ts';
import { startOms } from './oms.ts';
import { RecordingInvalidError } from './replay/index.ts';
import { VERSION } from './version.ts';

const SETTING_EXIT_CODE = 2;

/** The errors that are the operator's to mend: one line says enough. */
const EXPECTED = [BadSettingError, DataFolderHeldError, StoreUnusableError, RecordingInvalidError];

async function run(config: OmsConfig): Promise<void> {
  const log = pino({ level: config.logLevel }, stdoutLog());
  const oms = await startOms(config, log);
  log.info({ url: oms.url, dataDir: config.dataDir, version: VERSION }, 'the OMS is up');
  const end = (reason: string): void => {
    log.info({ reason }, 'the OMS stops');
    oms.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the OMS did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  // Started by another program over an IPC channel, as `npm start` does: when that one is gone, nobody needs this one.
  const orphaned = 'the program that started it is gone';
  process.once('disconnect', () => {
    end(orphaned);
  });
  // It may have gone before we listened. Without a channel there is no `connected` at all.
  if ((process as { connected?: boolean }).connected === false) end(orphaned);
}

async function main(): Promise<void> {
  if (process.argv.includes('--version')) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const config = configOfProcess();
  if (config === 'help') process.stdout.write(USAGE);
  else await run(config);
}

try {
  await main();
} catch (error) {
  const isExpected = EXPECTED.some((kind) => error instanceof kind) || isListenError(error);
  process.stderr.write(isExpected ? `faultline-oms: ${messageOf(error)}\n` : `${String((error as Error).stack)}\n`);
  process.exit(error instanceof BadSettingError ? SETTING_EXIT_CODE : 1);
}

/** The address is taken or not ours: the system's message names it. */
function isListenError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
