#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { userName } from '@faultline/program';
import { CommanderError } from 'commander';
import { RefusedError, UnreachableError } from './client.ts';
import { ArgumentError, NotSucceededError } from './command.ts';
import { ConnectionSettingError } from './config.ts';
import { createProgram } from './program.ts';
import { printable } from './text/printable.ts';

/** Exit codes, for scripts: 1 the OMS answered no or the operation did not succeed, 2 wrong usage, 3 no OMS answered. */
const NO = 1;
const USAGE = 2;
const UNREACHABLE = 3;
const DEFAULT_COLUMNS = 100;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = createProgram({
  version,
  write: (text) => process.stdout.write(text),
  columns: process.stdout.isTTY ? process.stdout.columns : DEFAULT_COLUMNS,
  now: () => Date.now(),
  user: userName(),
});

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said already what was wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof NotSucceededError) return NO;
  const known = [RefusedError, UnreachableError, ArgumentError, ConnectionSettingError];
  if (!known.some((kind) => error instanceof kind)) throw error;
  process.stderr.write(`faultline: ${printable((error as Error).message)}\n`);
  if (error instanceof RefusedError) return NO;
  return error instanceof UnreachableError ? UNREACHABLE : USAGE;
}
