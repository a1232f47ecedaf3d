import { Worker } from 'node:worker_threads';
import { bcryptSource } from './bcrypt-source.ts';

/** Comparisons that may wait; who tries passwords faster than they are checked is turned away. */
const MAX_WAITING = 32;
const IDLE_MS = 10_000;

const ANSWER = `
;const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ password, hash }) => parentPort.postMessage(module.exports.compareSync(password, hash)));
`;

/** More passwords are waiting to be checked than are let in. It does not mean that this one is wrong. */
export class TooManyChecksError extends Error {
  override readonly name = 'TooManyChecksError';
  readonly code = 'too-many-checks';

  constructor() {
    super(`${MAX_WAITING} passwords are waiting to be checked`);
  }
}

interface Check {
  password: string;
  hash: string;
  resolve: (isRight: boolean) => void;
  reject: (error: unknown) => void;
}

/**
 * Checks passwords in a thread of its own, one after the other: a check takes a tenth of a second, and that long the
 * exporter would neither collect nor answer. The thread is there while there is something to check, and a while longer.
 */
export class BcryptWorker {
  readonly #idleMs: number;
  readonly #checks: Check[] = [];
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor({ idleMs = IDLE_MS }: { idleMs?: number } = {}) {
    this.#idleMs = idleMs;
  }

  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** @throws TooManyChecksError */
  compare(password: string, hash: string): Promise<boolean> {
    if (this.#checks.length >= MAX_WAITING) return Promise.reject(new TooManyChecksError());
    return new Promise((resolve, reject) => {
      this.#checks.push({ password, hash, resolve, reject });
      if (this.#checks.length === 1) this.#ask();
    });
  }

  async stop(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    // Before the thread is gone: what comes meanwhile gets the next one.
    this.#fail(new Error('the exporter stops'));
    await worker?.terminate();
  }

  #ask(): void {
    const [check] = this.#checks;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (check === undefined) {
      this.#idle = setTimeout(() => void this.stop(), this.#idleMs).unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.postMessage({ password: check.password, hash: check.hash });
  }

  #start(): Worker {
    const worker = new Worker(bcryptSource() + ANSWER, {
      eval: true,
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    worker.unref();
    worker.on('message', (isRight: boolean) => {
      if (this.#worker !== worker) return;
      this.#checks.shift()?.resolve(isRight);
      this.#ask();
    });
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = null;
      this.#fail(error);
    });
    return worker;
  }

  #fail(error: unknown): void {
    for (const check of this.#checks.splice(0)) check.reject(error);
  }
}
