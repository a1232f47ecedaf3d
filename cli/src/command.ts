import type { Command } from 'commander';
import type { OmsClient } from './client.ts';

/** What a command is given beside its own arguments. */
export interface Terminal {
  client: () => OmsClient;
  /** The answer as one JSON value or, without `--json`, as text for people. */
  answer: (value: unknown, text: () => string) => void;
  /** Width of the terminal, in columns. */
  columns: number;
  now: () => number;
  /** Who is at the terminal, for records that name who did it. */
  user: string;
}

/** Adds one command to the program; its file says all of it. */
export type AddCommand = (program: Command, terminal: Terminal) => void;

/** Thrown for arguments that cannot be meant, such as a VM's name that two VMs have; the message says what to do. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** Thrown when what was asked for came about, and its end is not a good one: the text has been printed already. */
export class NotSucceededError extends Error {
  override readonly name = 'NotSucceededError';
}
