import { randomUUID } from 'node:crypto';
import { settledWithin, waitMs } from '@faultline/program';
import type { Logger } from 'pino';
import type { OmsDatabase } from '../database/index.ts';
import { messageOf } from '../errors.ts';
import { Duties } from './duties.ts';
import type { Duty, Holder, Lease } from './lease.ts';
import { readLease, releaseLease, renewLease, takeLease, type LeaseRow, type Replica } from './store.ts';
import { TimedTenure } from './tenure.ts';
import { mayTake, sight, type Sighting } from './watch.ts';

export interface SharedLeaseOptions {
  /** Connections of its own: that all others are busy must not cost the lease. Closed with it. */
  db: OmsDatabase;
  name: string;
  /** How long it lasts without being renewed, ms. The others wait for that long after the holder was seen last. */
  lastsMs: number;
  log: Logger;
}

/** All as parts of what the lease lasts: two renewals may fail before the holder stops acting, and a third before others begin. */
const RENEWED_EVERY = 1 / 4;
const LOOKED_AT_EVERY = 1 / 6;
const ACTS_FOR = 2 / 3;

/** A lease that several replicas on one database ask for. */
export class SharedLease implements Lease {
  readonly #options: SharedLeaseOptions;
  readonly #duties: Duties;
  readonly #closing = new AbortController();
  readonly #id = randomUUID();
  #running: Promise<void> = Promise.resolve();
  #tenure: TimedTenure | undefined;
  #seen: LeaseRow | undefined;
  #isSilent = false;

  constructor(options: SharedLeaseOptions) {
    this.#options = options;
    this.#duties = new Duties(options.log);
  }

  isHeld(): boolean {
    return this.#tenure?.isHeld() ?? false;
  }

  holder(): Holder | null {
    if (this.#isSilent || this.#seen?.holder == null) return null;
    const { holder, address } = this.#seen;
    return { isUs: holder === this.#id, address };
  }

  whileHeld(duty: Duty): Promise<() => Promise<void>> {
    return Promise.resolve(this.#duties.add(duty));
  }

  start(address: string): void {
    this.#running = this.#run({ id: this.#id, address, lastsMs: this.#options.lastsMs });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#options.db.destroy();
  }

  async #run(replica: Replica): Promise<void> {
    const closed = this.#closing.signal;
    while (!closed.aborted) {
      const tenure = await this.#obtain(replica);
      if (tenure === undefined) return;
      this.#tenure = tenure;
      const { term } = tenure;
      this.#options.log.info({ term }, 'this OMS performs operations from now on');
      this.#duties.begin(tenure);
      await this.#keep(tenure);
      await this.#duties.end();
      if (tenure.isHeld()) await this.#giveBack(tenure);
      else this.#options.log.warn({ term }, 'this OMS performs no operations any more: it lost the lease');
      this.#tenure = undefined;
    }
  }

  /** Looks at the lease until it may be taken; undefined when closed. */
  async #obtain(replica: Replica): Promise<TimedTenure | undefined> {
    const { db, name, lastsMs } = this.#options;
    let seen: Sighting | undefined;
    while (!this.#closing.signal.aborted) {
      const row = await this.#asked(() => readLease(db, name));
      if (row !== 'silent') {
        this.#seen = row;
        seen = sight(seen, row, performance.now());
        if (mayTake(seen, { replica: replica.id, now: performance.now() })) {
          const from = performance.now();
          const term = await this.#asked(() => takeLease(db, { name, replica, seen: row }));
          if (typeof term === 'number') {
            this.#seen = { name, holder: replica.id, address: replica.address, term, renewals: 0, lasts_ms: lastsMs };
            return new TimedTenure({ name, term, db, now: () => performance.now(), until: from + lastsMs * ACTS_FOR });
          }
        }
      }
      await waitMs(lastsMs * LOOKED_AT_EVERY, this.#closing.signal);
    }
    return undefined;
  }

  /** Renews until it is lost, or we close. */
  async #keep(tenure: TimedTenure): Promise<void> {
    const { db, name, lastsMs } = this.#options;
    const { term } = tenure;
    const stopped = new AbortController();
    const stop = (): void => {
      stopped.abort();
    };
    tenure.signal.addEventListener('abort', stop);
    this.#closing.signal.addEventListener('abort', stop);
    while (tenure.isHeld() && !this.#closing.signal.aborted) {
      await waitMs(lastsMs * RENEWED_EVERY, stopped.signal);
      if (stopped.signal.aborted) break;
      const from = performance.now();
      const renewed = await this.#asked(() => renewLease(db, { name, term }), tenure.leftMs());
      if (renewed === true) tenure.extend(from + lastsMs * ACTS_FOR);
      else if (renewed === false) tenure.end();
    }
    this.#closing.signal.removeEventListener('abort', stop);
  }

  async #giveBack(tenure: TimedTenure): Promise<void> {
    const { db, name } = this.#options;
    const { term } = tenure;
    await this.#asked(() => releaseLease(db, { name, term }));
    tenure.end(new Error('the lease was given back'));
  }

  /** What the store answers, within as long as an answer is of use; that it is silent is logged when it begins and when it ends. */
  async #asked<T>(ask: () => Promise<T>, withinMs = this.#options.lastsMs): Promise<T | 'silent'> {
    const { log } = this.#options;
    try {
      const answer = await settledWithin(withinMs, ask());
      if (this.#isSilent) log.info('the database tells of the lease again');
      this.#isSilent = false;
      return answer;
    } catch (error) {
      if (!this.#isSilent) log.warn({ err: error }, `the database does not tell of the lease: ${messageOf(error)}`);
      this.#isSilent = true;
      return 'silent';
    }
  }
}
