import { LISTENING, nodeFlagsOf } from '@faultline/program';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { logFile } from './log-file.ts';

/** A program that this one started: the exporter or the OMS. */
export interface Part {
  name: string;
  /** Resolves when the program itself says that it listens: an answer at its address could be somebody else's. */
  listens: Promise<void>;
  /** Resolves with a sentence when the program ended, however it ended. */
  ended: Promise<string>;
  /** Asks it to end, and makes it end after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/** Thrown when a program ended, or did not become ready in time, while it was being started. */
export class PartFailedError extends Error {
  override readonly name = 'PartFailedError';
}

/**
 * Starts a program of ours as a process of its own. Its log goes to the file `logPath`, what it says on stderr to the terminal as well.
 * It gets an IPC channel whose loss tells it that we are gone, so that it ends also when we are killed.
 */
export function startPart(name: string, script: string, args: string[], logPath: string): Part {
  const child: ChildProcess = spawn(process.execPath, [...nodeFlagsOf(script), script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = logFile(logPath, (line) => process.stderr.write(`${name}: ${line}\n`));
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(`${name} could not be started: ${error.message}`);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `${name} ended with code ${code ?? 0}` : `${name} was ended by ${signal}`);
    });
  });
  const listens = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (message === LISTENING) resolve();
    });
  });
  return {
    name,
    listens,
    ended,
    async stop(graceMs = 5000) {
      child.kill('SIGTERM');
      const stopped = new AbortController();
      const late = delay(graceMs, undefined, { signal: stopped.signal }).then(
        () => child.kill('SIGKILL'),
        () => false,
      );
      await ended;
      stopped.abort();
      await late;
    },
  };
}

/**
 * Waits until a part listens, and then until it answers 200 at `url`.
 *
 * @throws PartFailedError when it ended, or `timeoutMs` passed
 */
export async function untilReady(part: Part, url: string, timeoutMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const gone = part.ended.then((how) => {
    throw new PartFailedError(how);
  });
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => {
      reject(new PartFailedError(`${part.name} did not become ready at ${url} within ${timeoutMs / 1000} s`));
    });
  });
  const answers = async (): Promise<void> => {
    await part.listens;
    while (!deadline.aborted) {
      const { ok } = await fetch(url, { signal: deadline }).catch(() => ({ ok: false })); // a deadline says why by itself
      if (ok) return;
      await delay(50);
    }
  };
  await Promise.race([answers(), gone, late]);
}

/** A loopback port nobody listens on: `preferred` where it is free. */
export async function freePort(preferred: number): Promise<number> {
  for (const port of [preferred, 0]) {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    // `once` rejects when the server reports an error instead: the port is taken, or may not be bound.
    const listening = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    const bound = server.address();
    if (!listening || bound === null || typeof bound === 'string') continue;
    server.close();
    await once(server, 'close');
    return bound.port;
  }
  throw new PartFailedError('no free port on 127.0.0.1 for the exporter');
}
