import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { onEachEngine, onPostgres } from '../testing/engines.ts';
import { connectDatabase, holdKey, openDatabase, StoreUnusableError } from './index.ts';

onEachEngine('the store', (engine) => {
  it('gives back times and counts as numbers', async () => {
    const db = await engine.open();
    const at = 8_640_000_000_000_000;
    await db.insertInto('reports').values({ host: 'hA', at: 1, id: 'r1', type: 'alarm', received: at }).execute();
    const { rows } = await sql`select max(received) as at, count(*) as n, sum(received) as sum from reports`.execute(
      db,
    );
    expect(rows).toEqual([{ at, n: 1, sum: at }]);
    await db.destroy();
  });
});

onEachEngine('a store that a newer Faultline wrote', (engine) => {
  it('is refused', async () => {
    const { location, dispose } = await engine.newPlace();
    const db = await openDatabase(location);
    await sql`insert into kysely_migration values ('vms-999', '2030-01-01')`.execute(db);
    await db.destroy();
    await expect(openDatabase(location)).rejects.toThrow(StoreUnusableError);
    dispose();
  });
});

onEachEngine('a store whose tables could not all be made', (engine) => {
  it('has none of them, and is made whole when it is opened again', async () => {
    const { location, dispose } = await engine.newPlace();
    const db = connectDatabase(location);
    const tables = async (): Promise<string[]> => (await db.introspection.getTables()).map(({ name }) => name).sort();
    // One of the last that are made: those before it were there when it failed.
    await sql`create table tokens (in_the_way integer)`.execute(db);
    await expect(openDatabase(location)).rejects.toThrow(StoreUnusableError);
    expect(await tables()).toEqual(['tokens']);
    await sql`drop table tokens`.execute(db);
    await (await openDatabase(location)).destroy();
    expect((await tables()).length).toBeGreaterThan(20);
    await db.destroy();
    dispose();
  });
});

onEachEngine('a key that a transaction holds', (engine) => {
  it('keeps another transaction waiting until the end of the first', async () => {
    const db = await engine.open();
    const order: string[] = [];
    const work = (name: string) =>
      db.transaction().execute(async (trx) => {
        await holdKey(trx, 'one VM');
        order.push(`${name} begins`);
        await trx.insertInto('reports').values({ host: name, at: 1, id: '1', type: 'alarm', received: 1 }).execute();
        order.push(`${name} ends`);
      });
    await Promise.all([work('a'), work('b'), work('c')]);
    expect(order).toHaveLength(6);
    for (let i = 0; i < order.length; i += 2) expect(order[i + 1]).toBe(order[i]?.replace('begins', 'ends'));
    await db.destroy();
  });
});

onPostgres('a store that several open at once', (engine) => {
  it('is brought up to date once', async () => {
    const { location, dispose } = await engine.newPlace();
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase(location)));
    for (const db of opened) {
      expect(await db.selectFrom('vms').selectAll().execute()).toEqual([]);
      await db.destroy();
    }
    dispose();
  });
});

describe('a database that cannot be reached', () => {
  it('is named without its password', async () => {
    const opening = openDatabase('postgresql://ana:secret@127.0.0.1:1/faultline');
    await expect(opening).rejects.toThrow(StoreUnusableError);
    await expect(opening).rejects.toThrow('postgresql://ana:***@127.0.0.1:1/faultline');
    await expect(opening).rejects.not.toThrow('secret');
  });
});
