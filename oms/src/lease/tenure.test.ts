import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import { onPostgres } from '../testing/engines.ts';
import { LeaseLostError } from './errors.ts';
import { readLease, renewLease, takeLease } from './store.ts';
import { TimedTenure } from './tenure.ts';

const NAME = 'operations';
const LASTS_MS = 6000;

onPostgres('a tenure whose lease another may take', (engine) => {
  let db: OmsDatabase;
  let now: number;
  let tenure: TimedTenure;
  beforeEach(async () => {
    db = await engine.open();
    now = 0;
    tenure = await takenBy('a');
  });
  afterEach(async () => {
    tenure.end();
    await db.destroy();
  });

  async function take(id: string): Promise<number | undefined> {
    const replica = { id, address: `http://${id}`, lastsMs: LASTS_MS };
    return takeLease(db, { name: NAME, replica, seen: await readLease(db, NAME) });
  }

  async function takenBy(id: string): Promise<TimedTenure> {
    const term = await take(id);
    if (term === undefined) throw new Error(`${id} did not get the lease`);
    return new TimedTenure({ name: NAME, term, db, now: () => now, until: now + 4000 });
  }

  const record = (by: TimedTenure, id: string) =>
    db.transaction().execute(async (trx) => {
      await by.fence(trx);
      await trx.insertInto('reports').values({ host: 'h', id, at: 1, type: 'alarm', received: 1 }).execute();
    });
  const recorded = async () => (await db.selectFrom('reports').select('id').execute()).map(({ id }) => id);

  it('acts and writes until its time is over by its own clock', async () => {
    now = 2000;
    await tenure.confirm();
    now = 3999;
    expect(tenure.isHeld()).toBe(true);
    await record(tenure, 'r1');
    now = 4000;
    expect(tenure.isHeld()).toBe(false);
    await expect(tenure.confirm()).rejects.toThrow(LeaseLostError);
    await expect(record(tenure, 'r2')).rejects.toMatchObject({ code: 'no-performer' });
    expect(await recorded()).toEqual(['r1']);
  });

  it('goes on with each renewal, but not when it has ended before', () => {
    now = 3000;
    tenure.extend(7000);
    now = 6999;
    expect(tenure.isHeld()).toBe(true);
    now = 7000;
    tenure.extend(11_000);
    expect(tenure.isHeld()).toBe(false);
  });

  it('does not act and writes nothing when it wakes after the lease was taken, before any timer told it', async () => {
    const other = await takenBy('b');
    now = 60_000;
    expect(tenure.signal.aborted).toBe(false);
    expect(tenure.isHeld()).toBe(false);
    await expect(tenure.confirm()).rejects.toThrow(LeaseLostError);
    await expect(record(tenure, 'r1')).rejects.toThrow(LeaseLostError);
    expect(await renewLease(db, { name: NAME, term: tenure.term })).toBe(false);
    expect(await recorded()).toEqual([]);
    other.end();
  });

  it('does not either on a machine whose clocks stood still meanwhile, because the store knows', async () => {
    const other = await takenBy('b');
    expect(tenure.isHeld()).toBe(true);
    await expect(record(tenure, 'r1')).rejects.toThrow(LeaseLostError);
    expect(tenure.isHeld()).toBe(false);
    await expect(tenure.confirm()).rejects.toThrow(LeaseLostError);
    await record(other, 'r2');
    expect(await recorded()).toEqual(['r2']);
    other.end();
  });

  it('has what it writes committed before the next one begins', async () => {
    let commit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let isWriting: () => void = () => undefined;
    const writing = new Promise<void>((resolve) => (isWriting = resolve));
    const order: string[] = [];
    const first = db
      .transaction()
      .execute(async (trx) => {
        await tenure.fence(trx);
        isWriting();
        await held;
        await trx.insertInto('reports').values({ host: 'h', at: 1, id: 'r1', type: 'alarm', received: 1 }).execute();
      })
      .then(() => order.push('committed'));
    await writing;
    // Another write of the same tenure does not wait for the first.
    await record(tenure, 'r0');
    const second = take('b').then(() => order.push('taken'));
    while ((await waiting(db)) === 0) await new Promise(setImmediate);
    commit();
    await Promise.all([first, second]);
    expect(order).toEqual(['committed', 'taken']);
  });

  it('is given to one of those who ask at once', async () => {
    const seen = await readLease(db, NAME);
    const terms = await Promise.all(
      ['b', 'c', 'd', 'e'].map((id) =>
        takeLease(db, { name: NAME, replica: { id, address: '', lastsMs: LASTS_MS }, seen }),
      ),
    );
    expect(terms.filter((term) => term !== undefined)).toEqual([tenure.term + 1]);
  });
});

/** How many wait for an advisory lock. */
async function waiting(db: OmsDatabase): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_locks
    where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())
  `.execute(db);
  return rows[0]?.n ?? 0;
}
