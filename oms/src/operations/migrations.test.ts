import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kysely } from 'kysely';
import { sqliteDialect } from '../database/sqlite.ts';
import { operationsMigrations } from './migrations.ts';

interface Old {
  operations: Record<string, string | number | null>;
}

describe('a store of before requests were kept', () => {
  let db: Kysely<Old>;
  beforeEach(async () => {
    db = new Kysely<Old>({ dialect: sqliteDialect(':memory:') });
    await operationsMigrations['operations-001']?.up(db);
  });
  afterEach(() => db.destroy());

  it('knows afterwards what was asked for, and of others that nothing was', async () => {
    const row = { vm: 'uuid', vm_name: 'web', initiator: `a"na`, started: 1, result: 'ok' };
    await db
      .insertInto('operations')
      .values([
        { ...row, id: 'forced', kind: 'stop', forced: 1, source: 'faultline' },
        { ...row, id: 'plain', kind: 'start', forced: 0, source: 'faultline' },
        { ...row, id: 'nova', kind: 'migrate', forced: 0, source: 'nova' },
      ])
      .execute();
    await operationsMigrations['operations-002']?.up(db);
    const rows = await db.selectFrom('operations').select(['id', 'request', 'host']).orderBy('id').execute();
    expect(rows.map(({ id, request, host }) => [id, JSON.parse(String(request)) as unknown, host])).toEqual([
      ['forced', { id: 'forced', vm: 'uuid', kind: 'stop', initiator: `a"na`, force: true }, null],
      ['nova', null, null],
      ['plain', { id: 'plain', vm: 'uuid', kind: 'start', initiator: `a"na` }, null],
    ]);
  });
});
