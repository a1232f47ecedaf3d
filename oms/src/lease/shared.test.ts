import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { connectDatabase, openDatabase, type OmsDatabase } from '../database/index.ts';
import { onPostgres } from '../testing/engines.ts';
import type { Tenure } from './lease.ts';
import { SharedLease } from './shared.ts';
import { readLease } from './store.ts';

/** Long enough that a busy machine does not lose it. */
const LASTS_MS = 3000;

jest.setTimeout(60_000);

onPostgres('several on one lease', (engine) => {
  let location: string;
  let db: OmsDatabase;
  const open: SharedLease[] = [];
  beforeEach(async () => {
    ({ location } = await engine.newPlace());
    db = await openDatabase(location);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((lease) => lease.close()));
    await db.destroy();
  });

  /** A replica that writes down when its duty begins and ends. */
  async function replica(name: string) {
    const own = connectDatabase(location);
    const lease = new SharedLease({
      db: own,
      name: 'operations',
      lastsMs: LASTS_MS,
      log: pino({ level: 'silent' }),
    });
    open.push(lease);
    const tenures: Tenure[] = [];
    let begun: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    await lease.whileHeld((tenure) => {
      diary.push(`${name} begins`);
      tenures.push(tenure);
      begun();
      return () => void diary.push(`${name} ends`);
    });
    lease.start(`http://${name}:3000`);
    return { lease, tenures, first, db: own };
  }

  /** Resolves when the lease was renewed so many times more. */
  async function renewals(count: number): Promise<void> {
    const now = async () => (await readLease(db, 'operations'))?.renewals ?? 0;
    for (const before = await now(); (await now()) < before + count;) await new Promise(setImmediate);
  }

  let diary: string[] = [];
  beforeEach(() => {
    diary = [];
  });

  it('is held by the first, of whom the other knows where it is', async () => {
    const a = await replica('a');
    await a.first;
    const b = await replica('b');
    while (b.lease.holder() === null) await new Promise(setImmediate);
    expect([a.lease.isHeld(), b.lease.isHeld()]).toEqual([true, false]);
    expect(a.lease.holder()).toEqual({ isUs: true, address: 'http://a:3000' });
    expect(b.lease.holder()).toEqual({ isUs: false, address: 'http://a:3000' });
    await renewals(5);
    expect(diary).toEqual(['a begins']);
  });

  it('goes to the other at once when it is given back, after the duties of the first have ended', async () => {
    const a = await replica('a');
    await a.first;
    const b = await replica('b');
    await a.lease.close();
    await b.first;
    expect(diary).toEqual(['a begins', 'a ends', 'b begins']);
    expect(b.tenures[0]?.term).toBe(2);
  });

  it('goes to the other when the holder is cut off, and the holder has stopped acting before', async () => {
    const a = await replica('a');
    await a.first;
    const b = await replica('b');
    await a.db.destroy();
    const cutOff = performance.now();
    await b.first;
    expect(diary).toEqual(['a begins', 'a ends', 'b begins']);
    expect(performance.now() - cutOff).toBeLessThan(2 * LASTS_MS);
    expect(a.tenures[0]?.signal.reason).toMatchObject({ code: 'no-performer' });
    expect(a.lease.holder()).toBeNull();
  });

  it('is kept when the server ends its connections', async () => {
    const a = await replica('a');
    await a.first;
    for (let time = 0; time < 3; time += 1) {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(db);
      await renewals(1);
    }
    expect(a.lease.isHeld()).toBe(true);
    expect(diary).toEqual(['a begins']);
  });

  it('has a duty that cannot begin begun again, and one that is left ended', async () => {
    const lease = (await replica('a')).lease;
    let tries = 0;
    let isOver = false;
    const done = new Promise<void>((resolve) => {
      void lease
        .whileHeld(() => {
          tries += 1;
          if (tries === 1) throw new Error('not yet');
          resolve();
          return () => {
            isOver = true;
          };
        })
        .then((leave) => (leaveIt = leave));
    });
    let leaveIt: () => Promise<void> = () => Promise.resolve();
    await done;
    await leaveIt();
    expect([tries, isOver, lease.isHeld()]).toEqual([2, true, true]);
  });
});
