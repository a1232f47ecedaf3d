import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { onEachEngine } from '../testing/engines.ts';
import { prepared, preparedForMany } from './prepared.ts';
import type { OmsDatabase } from './database.ts';

const COLUMNS = ['at', 'host', 'cpu_time_seconds'] as const;

onEachEngine('prepared queries', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(async () => {
    await db.destroy();
  });
  const find = (order: 'asc' | 'desc') =>
    preparedForMany(COLUMNS, (store, { vm, limit }: { vm: string; limit: number }) =>
      store.selectFrom('cpu_samples').select(COLUMNS).where('vm', '=', vm).orderBy('at', order).limit(limit),
    );

  it('give many rows in their order, whatever stands in them', async () => {
    const rows = [3, 1, 2].map((number) => ({
      vm: 'v',
      at: 8.64e15 - number,
      host: `h${number} "\\\u0001\u{1f600}`,
      vcpus: 1,
      cpu_time_seconds: number / 3,
    }));
    await db.insertInto('cpu_samples').values(rows).execute();
    const ordered = [1, 2, 3].map((number) => rows.find(({ at }) => at === 8.64e15 - number));
    for (const [order, expected] of [
      ['desc', ordered],
      ['asc', ordered.toReversed()],
    ] as const) {
      const read = await find(order)(db, { vm: 'v', limit: 10 });
      expect(read).toEqual(
        expected.map((row) => ({ at: row?.at, host: row?.host, cpu_time_seconds: row?.cpu_time_seconds })),
      );
    }
  });

  it('give the newest where only so many are asked for', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => ({ vm: 'v', at, host: 'h', vcpus: 1, cpu_time_seconds: at }));
    await db.insertInto('cpu_samples').values(rows).execute();
    const read = await find('desc')(db, { vm: 'v', limit: 3 });
    expect(read.map(({ at }) => at)).toEqual([9, 8, 7]);
  });

  it('give no rows where there are none', async () => {
    expect(await find('asc')(db, { vm: 'v', limit: 3 })).toEqual([]);
  });

  it('are asked again with other values, within a transaction too', async () => {
    const byName = prepared((store, { host, least }: { host: string; least: number }) =>
      store.selectFrom('cpu_samples').select('at').where('host', '=', host).where('at', '>=', least).orderBy('at'),
    );
    const rows = ['h', "'; --"].flatMap((host) =>
      [1, 2].map((at) => ({ vm: 'v', host, vcpus: 1, cpu_time_seconds: 1, at: host === 'h' ? at : at + 10 })),
    );
    await db.insertInto('cpu_samples').values(rows).execute();
    expect(await byName(db, { host: 'h', least: 0 })).toEqual([{ at: 1 }, { at: 2 }]);
    expect(await byName(db, { host: "'; --", least: 12 })).toEqual([{ at: 12 }]);
    expect(await db.transaction().execute((trx) => byName(trx, { host: 'h', least: 2 }))).toEqual([{ at: 2 }]);
  });

  it('refuse to be computed with, as their values are not known yet', async () => {
    const wrong = prepared((store, { least }: { least: number }) =>
      store
        .selectFrom('cpu_samples')
        .select('at')
        .where('at', '>=', least - 1),
    );
    await expect(wrong(db, { least: 2 })).rejects.toThrow('least of a prepared query is known only when it runs');
  });
});
