import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const DEADLINE_MS = 120_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What npm run and a test runner put into the environment would change what the npm that we start does. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$)/i.test(name)),
);

/** Runs a program to its end and answers what it printed. @throws where it fails, with what it said */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<string> {
  const options = { cwd, env: { ...ENVIRONMENT, ...env }, timeout: DEADLINE_MS, maxBuffer: MOST_OUTPUT_BYTES };
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout;
}
