import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { onEachEngine } from '../testing/engines.ts';
import { readManyRows } from './many-rows.ts';
import type { OmsDatabase } from './database.ts';

onEachEngine('many rows', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(async () => {
    await db.destroy();
  });
  const samples = () => db.selectFrom('cpu_samples').select(COLUMNS).where('vm', '=', 'v');
  const COLUMNS = ['at', 'host', 'cpu_time_seconds'] as const;

  it('come in the order of the query, whatever stands in them', async () => {
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
      const read = await readManyRows(db, samples().orderBy('at', order), COLUMNS);
      expect(read).toEqual(
        expected.map((row) => ({ at: row?.at, host: row?.host, cpu_time_seconds: row?.cpu_time_seconds })),
      );
    }
  });

  it('are the newest where only so many are asked for', async () => {
    const rows = Array.from({ length: 10 }, (_, at) => ({ vm: 'v', at, host: 'h', vcpus: 1, cpu_time_seconds: at }));
    await db.insertInto('cpu_samples').values(rows).execute();
    const read = await readManyRows(db, samples().orderBy('at', 'desc').limit(3), COLUMNS);
    expect(read.map(({ at }) => at)).toEqual([9, 8, 7]);
  });

  it('are none where there are none', async () => {
    expect(await readManyRows(db, samples(), COLUMNS)).toEqual([]);
  });
});
