import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Timestamp, type HostReport, type RawState } from '@faultline/contracts';
import type { DomainEvent, DomainRef } from '@faultline/libvirt';
import type { Logger } from 'pino';
import { Type } from 'typebox';
import type { AlarmBook } from '../alarms/index.ts';
import { messageOf } from '../cycle/link.ts';
import type { Health } from '../health.ts';
import type { HostSnapshot } from '../snapshot.ts';
import { eventReport, vmRefOf } from './event-report.ts';
import { readJsonIfThere, writeAtomically } from './files.ts';
import { GuestReports } from './guest-reports.ts';
import type { Spool } from './spool.ts';

/** With more events than this under way, states are no longer read for them: the reports themselves still go out. */
const MAX_STATE_READS = 1000;
/** A disk that stands still must not fill the memory: with this many under way, further events are dropped and counted. */
const MAX_EVENTS = 10_000;
const LAST_SEEN_FILE = 'last-seen.json';
const LastSeen = Type.Object({ at: Timestamp });

export interface ReporterOptions {
  spool: Spool;
  alarms: AlarmBook;
  /** Where the time of the last good cycle is kept. */
  dir: string;
  /** Reads a domain's state now; null when it cannot be read. */
  stateNow: (ref: DomainRef) => Promise<RawState | null>;
  log: Logger;
  health: Health;
}

/** Turns what happens on the host into reports on the spool: events, gaps and alarms, each with its own time. */
export class Reporter {
  readonly #options: ReporterOptions;
  /** By UUID, the end of what is under way for that domain: its events stay in order. */
  readonly #tails = new Map<string, Promise<void>>();
  /** Reports that are on their way to the disk. */
  readonly #writes = new Set<Promise<void>>();
  /** Events received and not yet done with. */
  #underWay = 0;
  readonly #guests = new GuestReports();
  #seenFailure: string | null = null;
  /** Gaps and cycles, one after the other. */
  #cycles: Promise<void> = Promise.resolve();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** An event of `host`, received at `at` (ms). */
  event(host: string, event: DomainEvent, at: number): void {
    const { uuid, name } = event.domain;
    if (this.#underWay >= MAX_EVENTS) {
      this.#options.health.spoolDropped.inc();
      this.#options.log.error({ domain: name, event: event.kind }, 'too many events are under way: one is dropped');
      return;
    }
    this.#underWay += 1;
    const before = this.#tails.get(uuid) ?? Promise.resolve();
    const tail = before.then(() => this.#event(host, event, at));
    this.#tails.set(uuid, tail);
    void tail.then(() => {
      if (this.#tails.get(uuid) === tail) this.#tails.delete(uuid);
    });
  }

  gap(host: string, { from, to, cause }: { from: number; to: number; cause: string }): void {
    const report: HostReport = { type: 'observation-gap', id: randomUUID(), from, to, cause: cause.slice(0, 4096) };
    this.#cycles = this.#cycles.then(() => this.#orLog('gap', () => this.#append(host, report)));
  }

  /** A good cycle of `host`. */
  cycle(host: string, snapshot: HostSnapshot): void {
    const { alarms } = this.#options;
    this.#cycles = this.#cycles
      .then(() => this.#orLog('cycle', () => alarms.observeCycle(host, snapshot)))
      .then(() => this.#guestProbes(host, snapshot))
      .then(() => this.#rememberSeen(snapshot.cycle.at));
  }

  /** Resolves when everything received so far is on the spool. */
  async drained(): Promise<void> {
    await Promise.all([this.#cycles, ...this.#tails.values()]);
    await Promise.all(this.#writes);
  }

  async #event(host: string, event: DomainEvent, at: number): Promise<void> {
    const state = this.#underWay > MAX_STATE_READS ? null : await this.#options.stateNow(event.domain);
    // Spool and alarms take their work in the order of these calls: the next event need not wait until this one is on disk.
    const written = this.#orLog('event', () => this.#append(host, eventReport(event, at, state)));
    const vm = vmRefOf(event.domain);
    const judged = this.#orLog('alarm', () => this.#options.alarms.observeEvent({ host, at, vm, state, event }));
    const done = Promise.all([written, judged]).then(() => {
      this.#underWay -= 1;
      this.#writes.delete(done);
    });
    this.#writes.add(done);
  }

  async #guestProbes(host: string, snapshot: HostSnapshot): Promise<void> {
    for (const report of this.#guests.news(snapshot)) await this.#orLog('guest', () => this.#append(host, report));
  }

  /** Without it the gap after the next start begins earlier, which is true as well. */
  async #rememberSeen(at: number): Promise<void> {
    const { dir, log } = this.#options;
    try {
      await writeAtomically(join(dir, LAST_SEEN_FILE), JSON.stringify({ at }));
      this.#seenFailure = null;
    } catch (error) {
      const cause = messageOf(error);
      if (this.#seenFailure !== cause) log.error({ error: cause }, 'when the host was last seen cannot be kept');
      this.#seenFailure = cause;
    }
  }

  #append(host: string, report: HostReport): Promise<void> {
    return this.#options.spool.append({ host, report });
  }

  /** A report that cannot be written is lost: it is said, counted, and does not stop the ones behind it. */
  async #orLog(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.health.spoolFailures.inc();
      this.#options.log.error({ what, error: messageOf(error) }, 'a report could not be put on the spool');
    }
  }
}

/** When an earlier run last saw the host, ms; null when none did. */
export async function lastSeenBefore(dir: string, log: Logger): Promise<number | null> {
  return (await readJsonIfThere(join(dir, LAST_SEEN_FILE), LastSeen, log))?.at ?? null;
}
