import { waitMs, withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import type { Reading, SourceReport } from '../snapshot.ts';

/** `Source` of source.ts, for readings of any names. */
interface AnySource<Values, Name extends keyof Values> {
  name: Name;
  every: 'cycle' | number;
  timeoutMs: number;
  read(signal: AbortSignal): Promise<Values[Name]>;
  close?(): Promise<void>;
}

/** What the sources have delivered, for one cycle. */
export interface CycleReadings<Values = import('../snapshot.ts').Readings> {
  readings: { [Name in keyof Values]?: Reading<Values[Name]> };
  reports: { [Name in keyof Values]?: SourceReport };
}

/**
 * Reads the sources, each within its own deadline, and keeps what each delivered last. A source that does not come back is not
 * asked a second time until it does, and holds up neither the cycle nor another source.
 */
export class SourceRunner<Values = import('../snapshot.ts').Readings> {
  readonly #sources: readonly AnySource<Values, keyof Values>[];
  readonly #options: { now: () => number; log: Logger };
  readonly #stop = new AbortController();
  readonly #readings = new Map<keyof Values, Reading<Values[keyof Values]>>();
  readonly #reports = new Map<keyof Values, SourceReport>();
  /** Readings that have not ended, also when they were given up. */
  readonly #underWay = new Set<keyof Values>();
  readonly #failing = new Set<keyof Values>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(sources: readonly AnySource<Values, keyof Values>[], options: { now: () => number; log: Logger }) {
    this.#sources = sources;
    this.#options = options;
  }

  /** Begins the schedules of the sources that have one. */
  start(): void {
    const scheduled = this.#sources.flatMap((source) =>
      source.every === 'cycle' ? [] : [this.#repeat(source, source.every)],
    );
    this.#running = Promise.all(scheduled);
  }

  /** Reads the sources of the cycle, and gives what all of them delivered last. Never throws. */
  async read(signal: AbortSignal): Promise<CycleReadings<Values>> {
    const ofCycle = this.#sources.filter(({ every }) => every === 'cycle');
    await Promise.all(ofCycle.map((source) => this.#read(source, signal)));
    return {
      readings: Object.fromEntries(this.#readings) as CycleReadings<Values>['readings'],
      reports: Object.fromEntries(this.#reports) as CycleReadings<Values>['reports'],
    };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    for (const source of this.#sources) await source.close?.();
  }

  async #repeat(source: AnySource<Values, keyof Values>, everyMs: number): Promise<void> {
    const { signal } = this.#stop;
    let due = performance.now();
    while (!signal.aborted) {
      await this.#read(source, signal);
      due += everyMs * (Math.floor((performance.now() - due) / everyMs) + 1);
      await waitMs(due - performance.now(), signal);
    }
  }

  async #read(source: AnySource<Values, keyof Values>, signal: AbortSignal): Promise<void> {
    const { name, timeoutMs } = source;
    const startedAt = performance.now();
    const report = (ok: boolean): void => {
      this.#reports.set(name, { ok, durationMs: performance.now() - startedAt });
    };
    if (this.#underWay.has(name)) {
      this.#failed(name, 'the reading before has not come back');
      report(false);
      return;
    }
    const at = this.#options.now();
    try {
      const value = await withDeadline(signal, timeoutMs, (either) => this.#within(source, either));
      this.#readings.set(name, { value, at });
      this.#failing.delete(name);
      report(true);
    } catch (error) {
      // Who no longer waits for it says nothing of the source.
      if (this.#stop.signal.aborted || signal.aborted) return;
      this.#failed(name, messageOf(error));
      report(false);
    }
  }

  /** A source that does not heed its signal is left behind at the deadline. */
  async #within<Name extends keyof Values>(
    source: AnySource<Values, Name>,
    signal: AbortSignal,
  ): Promise<Values[Name]> {
    const reading = this.#begin(source, signal);
    const tooLate = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void => {
        reject(new Error(`given up after ${source.timeoutMs} ms`, { cause: signal.reason }));
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
    });
    return Promise.race([reading, tooLate]);
  }

  async #begin<Name extends keyof Values>(source: AnySource<Values, Name>, signal: AbortSignal): Promise<Values[Name]> {
    this.#underWay.add(source.name);
    try {
      return await source.read(signal);
    } finally {
      this.#underWay.delete(source.name);
    }
  }

  /** Once until it works again: the same failure in every cycle is no news. */
  #failed(name: keyof Values, error: string): void {
    const level = this.#failing.has(name) ? 'debug' : 'warn';
    this.#failing.add(name);
    this.#options.log[level]({ source: name, error }, 'a source cannot be read');
  }
}
