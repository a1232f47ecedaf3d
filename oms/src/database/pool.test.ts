import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { onPostgres } from '../testing/engines.ts';
import { StoreConnectionError, storeFailureOf } from './failure.ts';
import { connectDatabase, openDatabase, type OmsDatabase } from './index.ts';
import { ConnectionPool } from './pool.ts';

onPostgres('connections to a server that may go away', (engine) => {
  let location: string;
  let db: OmsDatabase;
  let admin: OmsDatabase;
  const lost: Error[] = [];
  beforeEach(async () => {
    ({ location } = await engine.newPlace());
    admin = await openDatabase(location);
    db = connectDatabase(location, { onLost: (error) => lost.push(error), limits: { answerWithinMs: 300 } });
    lost.splice(0);
  });
  afterEach(async () => {
    await db.destroy();
    await admin.destroy();
  });

  const insert = (trx: OmsDatabase, id: string) =>
    trx.insertInto('reports').values({ host: 'h', at: 1, id, type: 'alarm', received: 1 }).execute();
  const stored = async () => (await admin.selectFrom('reports').select('id').execute()).map(({ id }) => id);
  const pidOf = async (trx: OmsDatabase) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    return rows[0]?.pid ?? 0;
  };
  const failureOf = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      return storeFailureOf(error);
    }
    throw new Error('it did not fail');
  };

  it('that is ended between two statements breaks its transaction and nothing else', async () => {
    const broken = db.transaction().execute(async (trx) => {
      await insert(trx, 'r1');
      await sql`select pg_terminate_backend(${await pidOf(trx)})`.execute(admin);
      while (lost.length === 0) await new Promise(setImmediate);
      await insert(trx, 'r2');
    });
    expect(await failureOf(broken)).toBe('store-unavailable');
    await db.transaction().execute((trx) => insert(trx, 'r3'));
    expect(await stored()).toEqual(['r3']);
  });

  it('that is ended within a statement says so', async () => {
    const broken = db.transaction().execute(async (trx) => {
      await insert(trx, 'r1');
      const pid = await pidOf(trx);
      const sleeping = sql`select pg_sleep(60)`.execute(trx);
      await Promise.all([sleeping, sql`select pg_terminate_backend(${pid})`.execute(admin)]);
    });
    expect(await failureOf(broken)).toBe('store-unavailable');
    expect(await stored()).toEqual([]);
  });

  it('that is lost in the turn in which it is made ends nothing but what asked for it', async () => {
    const pool = new pg.Pool({ connectionString: location, max: 1 });
    let isFirst = true;
    pool.on('connect', (client) => {
      if (!isFirst) return;
      isFirst = false;
      // When the pool has stopped listening to it and nobody has it yet.
      client.once('removeListener', () => client.emit('error', new Error('lost at once')));
    });
    const connections = new ConnectionPool(pool, { answerWithinMs: 0, onLost: (error) => lost.push(error) });
    const first = await connections.connect();
    await expect(first.query('select 1', [])).rejects.toThrow(StoreConnectionError);
    first.release();
    const second = await connections.connect();
    expect(await second.query('select 1 as one', [])).toMatchObject({ rows: [{ one: 1 }] });
    second.release();
    expect(lost.map(({ message }) => message)).toEqual(['lost at once']);
    await connections.end();
  });

  it('that does not answer in time is given up, and its transaction undone', async () => {
    const silent = db.transaction().execute(async (trx) => {
      await insert(trx, 'r1');
      await sql`select pg_sleep(60)`.execute(trx);
    });
    await expect(silent).rejects.toThrow(StoreConnectionError);
    await expect(silent).rejects.toThrow('the database did not answer within 0.3 s');
    await insert(db, 'r2');
    expect(await stored()).toEqual(['r2']);
  });

  it('that are all lent are waited for, but not for ever', async () => {
    const few = connectDatabase(location, { limits: { connections: 1, connectWithinMs: 200 } });
    await few.transaction().execute(async (trx) => {
      await insert(trx, 'r1');
      expect(await failureOf(insert(few, 'r2'))).toBe('store-unavailable');
    });
    await insert(few, 'r3');
    expect(await stored()).toEqual(['r1', 'r3']);
    await few.destroy();
  });

  it('that the server has no more of are a failure of the store, not of the question', async () => {
    await sql`create role narrow login connection limit 1`.execute(admin);
    const place = new URL(location);
    place.username = 'narrow';
    const [first, second] = [connectDatabase(place.href), connectDatabase(place.href)];
    await sql`select 1`.execute(first);
    expect(await failureOf(sql`select 1`.execute(second))).toBe('store-unavailable');
    await first.destroy();
    await second.destroy();
    await sql`drop role narrow`.execute(admin);
  });

  it('have a transaction that does nothing ended, as that of a stopped process, so that its locks are free', async () => {
    const stopped = connectDatabase(location, { limits: { idleInTransactionMs: 100 } });
    const work = stopped.transaction().execute(async (trx) => {
      await insert(trx, 'r1');
      // Waits for the lock that the first has on this key.
      await insert(admin, 'r1');
      await insert(trx, 'r2');
    });
    expect(await failureOf(work)).toBe('store-unavailable');
    expect(await stored()).toEqual(['r1']);
    await stopped.destroy();
  });
});

describe('a failure of the store', () => {
  it.each([
    ['SQLITE_FULL', 'store-full'],
    ['SQLITE_IOERR_FSYNC', 'store-unavailable'],
    ['SQLITE_BUSY', 'store-unavailable'],
    ['SQLITE_READONLY_DBMOVED', 'store-unavailable'],
    ['SQLITE_CONSTRAINT_UNIQUE', undefined],
    ['ECONNREFUSED', undefined],
  ])('is told by its code: %s is %s', (code, expected) => {
    expect(storeFailureOf(Object.assign(new Error('x'), { code }))).toBe(expected);
  });

  it('is not what anything else throws', () => {
    for (const thrown of [undefined, null, 'x', new TypeError('x'), { code: 7 }]) {
      expect(storeFailureOf(thrown)).toBeUndefined();
    }
  });

  it('is a database that is not there, also behind a name with two addresses', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const db = connectDatabase(`postgresql://ana@${host}:1/faultline`);
      const asked = sql`select 1`.execute(db);
      await expect(asked).rejects.toMatchObject({ code: 'store-unavailable' });
      await expect(asked).rejects.toThrow('ECONNREFUSED');
      await db.destroy();
    }
  });
});
