#!/usr/bin/env -S node --min-semi-space-size=32 --max-semi-space-size=32
import { BadSettingError, stdoutLog, tellListening, untilAskedToEnd } from '@faultline/program';
import { pino } from 'pino';
import { configOfProcess, USAGE, type OmsConfig } from './config.ts';
import { DataFolderHeldError, StoreUnusableError } from './database/index.ts';
import { messageOf } from './errors.ts';
import { startOms } from './oms.ts';
import { RecordingInvalidError } from './replay/index.ts';
import { TlsUnusableError } from './tls.ts';
import { commandOfProcess, runTokenCommand, TokenError } from './tokens/index.ts';
import { VERSION } from './version.ts';

const SETTING_EXIT_CODE = 2;

/** Where a header may stand in a log line, whoever writes it. */
const SECRETS = ['authorization', '*.authorization', '*.headers.authorization', 'headers.authorization'];

/** The errors that are the operator's to mend: one line says enough. */
const EXPECTED = [
  BadSettingError,
  DataFolderHeldError,
  StoreUnusableError,
  RecordingInvalidError,
  TlsUnusableError,
  TokenError,
];

async function run(config: OmsConfig): Promise<void> {
  const log = pino({ level: config.logLevel, redact: SECRETS }, stdoutLog());
  const asked = untilAskedToEnd();
  const oms = await startOms(config, log);
  tellListening();
  log.info({ url: oms.url, dataDir: config.dataDir, version: VERSION }, 'the OMS is up');
  const reason = await asked;
  log.info({ reason }, 'the OMS stops');
  try {
    await oms.close();
    process.exit(0);
  } catch (error) {
    log.error({ err: error }, 'the OMS did not stop cleanly');
    process.exit(1);
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--version')) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  if (process.argv[2] === 'token') {
    await runTokenCommand(commandOfProcess(), {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    });
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
