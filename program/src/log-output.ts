import { write, writeSync } from 'node:fs';
import { logfmtLine } from './logfmt.ts';

/** What may wait for a reader that stands still; with more, lines are left out and counted. */
const MAX_WAITING_BYTES = 1_048_576;
const RETRY_MS = 100;
const STDOUT = 1;

/** Writes a part of the text, as `fs.write` does. */
export type WriteOnce = (data: Buffer, done: (error: NodeJS.ErrnoException | null, written: number) => void) => void;

/** How lines of JSON are written, their end included. */
export type LineFormat = (line: string) => string;

const writeStdout: WriteOnce = (data, done) => {
  write(STDOUT, data, done);
};
const asIs: LineFormat = (line) => line;

/** How a log can be written. */
export const LOG_FORMATS = { json: asIs, logfmt: logfmtLine } as const;

/**
 * Where a program's log goes: stdout. A full disk under it or a reader that stands still costs lines of the log, which are
 * counted and told of later, and never the program. pino's own output ends the program at ENOSPC, and hangs while it ends.
 */
export class LogOutput {
  readonly #writeOnce: WriteOnce;
  readonly #format: LineFormat;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #why = 'the reader of the log stands still';
  /** A line was begun and could not be finished. */
  #torn = false;
  #writing = false;

  constructor(writeOnce: WriteOnce = writeStdout, format: LineFormat = asIs) {
    this.#writeOnce = writeOnce;
    this.#format = format;
  }

  /** Takes one line of JSON, its end included. Never throws, never waits. */
  write(json: string): void {
    const line = this.#format(json);
    const bytes = Buffer.byteLength(line);
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
    if (!this.#writing) this.#next();
  }

  /** What waits, for the last moment of a program. */
  takeRest(): string {
    const rest = this.#waiting.join('');
    this.#waiting = [];
    this.#waitingBytes = 0;
    return rest;
  }

  #next(): void {
    const lines = this.#waiting.length;
    if (lines === 0) {
      this.#writing = false;
      return;
    }
    this.#writing = true;
    const told = this.#lost;
    const head = `${this.#torn ? '\n' : ''}${told === 0 ? '' : this.#format(lostLine(told, this.#why))}`;
    const text = head + this.takeRest();
    this.#writeAll(Buffer.from(text), (error, isBegun) => {
      if (error === null) {
        this.#lost -= told;
        this.#torn = false;
      } else {
        this.#lost += lines;
        this.#why = error.message;
        this.#torn ||= isBegun;
      }
      this.#next();
    });
  }

  #writeAll(data: Buffer, done: (error: Error | null, isBegun: boolean) => void, isBegun = false): void {
    this.#writeOnce(data, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => {
          this.#writeAll(data, done, isBegun);
        }, RETRY_MS).unref();
      } else if (error !== null) {
        done(error, isBegun);
      } else if (written < data.length) {
        this.#writeAll(data.subarray(written), done, true);
      } else {
        done(null, true);
      }
    });
  }
}

/** In the form of the lines around it; 50 is pino's level `error`. */
function lostLine(lines: number, why: string): string {
  return `${JSON.stringify({ level: 50, time: Date.now(), pid: process.pid, lost: lines, msg: `log lines were lost: ${why}` })}\n`;
}

/** The log output of this process. What waits when the process ends is written then, in one attempt. */
export function stdoutLog(format: keyof typeof LOG_FORMATS = 'json'): LogOutput {
  const output = new LogOutput(writeStdout, LOG_FORMATS[format]);
  process.once('exit', () => {
    const rest = output.takeRest();
    if (rest !== '') writeLast(rest);
  });
  return output;
}

function writeLast(text: string): void {
  try {
    writeSync(STDOUT, text);
  } catch {
    // Nobody is left to tell: the program ends, and its log is what failed.
  }
}
