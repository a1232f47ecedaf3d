import { parseArgs, type ParseArgsConfig } from 'node:util';
import { LabError } from '../errors.ts';
import { defaultFolder } from '../provisions.ts';

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** What a command works with. */
export interface Invocation {
  folder: string;
  operands: readonly string[];
  options: OptionValues;
  /** Writes one line for the user. */
  say: (line: string) => void;
}

/** One command of `npm run lab -- <command>`. */
export interface Command {
  name: string;
  /** Operands and options as the usage shows them: "VM [--seconds N]". */
  usage: string;
  summary: string;
  options?: NonNullable<ParseArgsConfig['options']>;
  /** How many operands it takes. Default: none. */
  operands?: { least: number; most: number };
  /** Exit code to end with; undefined is 0. */
  run: (invocation: Invocation) => Promise<number | undefined>;
}

/** Options that every command takes. */
const COMMON = { folder: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;

export type Parsed = { command: Command; invocation: Omit<Invocation, 'say'> } | { help: true };

/** Finds the command and checks its operands and options. Throws LabError `usage`. */
export function parseCommandLine(commands: readonly Command[], args: readonly string[]): Parsed {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return { help: true };
  const command = commands.find((each) => each.name === name);
  if (!command) {
    throw new LabError('usage', `unknown command ${name}; there are: ${commands.map((each) => each.name).join(', ')}`);
  }
  const { values, positionals } = parseFor(command, rest);
  const { folder, help, ...options } = values as OptionValues;
  if (help === true) return { help: true };
  const { least, most } = command.operands ?? { least: 0, most: 0 };
  if (positionals.length < least || positionals.length > most) {
    throw new LabError('usage', `usage: ${usageLine(command)}`);
  }
  const where = typeof folder === 'string' ? folder : defaultFolder();
  return { command, invocation: { folder: where, operands: positionals, options } };
}

function parseFor(command: Command, args: string[]): { values: object; positionals: string[] } {
  try {
    return parseArgs({ args, options: { ...command.options, ...COMMON }, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new LabError('usage', `${message}\nusage: ${usageLine(command)}`, { cause: error });
  }
}

export const usageLine = ({ name, usage }: Command): string => `npm run lab -- ${name} ${usage}`.trim();

/** The text of `--help`. */
export function helpText(commands: readonly Command[]): string {
  const left = commands.map(({ name, usage }) => `  ${name} ${usage}`.trimEnd());
  const width = Math.max(...left.map((each) => each.length));
  return [
    'usage: npm run lab -- COMMAND [--folder FOLDER]',
    '',
    ...commands.map(({ summary }, index) => `${(left[index] ?? '').padEnd(width)}  ${summary}`),
    '',
    'The folder is --folder, or FAULTLINE_LAB, or /var/lib/faultline-lab.',
    'Exit codes: 0 done, 1 failed, 2 the command line is wrong, 3 there is no lab in the folder.',
  ].join('\n');
}

/** A whole number option. Throws LabError `usage`. */
export function wholeNumber(options: OptionValues, name: string): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d{1,9}$/.test(text)) return Number(text);
  throw new LabError('usage', `--${name}: ${String(text)} is not a whole number`);
}

/** An option that is one of some words. Throws LabError `usage`. */
export function oneOf<T extends string>(options: OptionValues, name: string, allowed: readonly T[]): T | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const found = allowed.find((each) => each === text);
  if (found === undefined) throw new LabError('usage', `--${name}: ${String(text)} is none of ${allowed.join(', ')}`);
  return found;
}
