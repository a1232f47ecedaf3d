#!/usr/bin/env node
import { helpText, parseCommandLine } from './cli/command.ts';
import { COMMANDS } from './cli/commands.ts';
import { LabError } from './errors.ts';

const EXIT = { failed: 1, usage: 2, 'no lab': 3 };

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseCommandLine(COMMANDS, args);
  if ('help' in parsed) {
    say(helpText(COMMANDS));
    return 0;
  }
  return (await parsed.command.run({ ...parsed.invocation, say })) ?? 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A LabError is about the user's world and its message says all; anything else is a fault of the lab itself.
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`lab: ${error.message}\n`);
  process.exitCode =
    error.code === 'usage' ? EXIT.usage : error.code === 'lab-not-found' ? EXIT['no lab'] : EXIT.failed;
}
