import { sql, type Kysely, type Migration } from 'kysely';
import { isPostgres } from '../database/engine.ts';
import { partitionByTime } from '../database/partitions.ts';

export const stateMigrations: Record<string, Migration> = {
  'states-001': {
    async up(db) {
      await db.schema
        .createTable('state_observations')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('reason', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('state_observations_key', ['vm', 'host', 'at', 'id'])
        .execute();
      await db.schema
        .createTable('state_intervals')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('from_at', 'bigint', (column) => column.notNull())
        .addColumn('from_id', 'text', (column) => column.notNull())
        .addColumn('to_at', 'bigint', (column) => column.notNull())
        .addColumn('to_id', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('reason', 'text', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('state_intervals_key', ['vm', 'host', 'from_at', 'from_id'])
        .execute();
      await db.schema.createIndex('state_intervals_to').on('state_intervals').columns(['to_at']).execute();
      await db.schema
        .createTable('observation_gaps')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('from_at', 'bigint', (column) => column.notNull())
        .addColumn('to_at', 'bigint', (column) => column.notNull())
        .addColumn('cause', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('observation_gaps_key', ['host', 'id'])
        .execute();
      await db.schema.createIndex('observation_gaps_time').on('observation_gaps').columns(['host', 'to_at']).execute();
    },
  },
  'states-002': {
    async up(db) {
      await db.schema
        .createIndex('state_intervals_vm_time')
        .on('state_intervals')
        .columns(['vm', 'from_at', 'from_id'])
        .execute();
      // Those that may reach into a range from long before it: see LONG_MS in database/overlap.ts.
      await sql`create index state_intervals_long on state_intervals (vm, from_at) where to_at - from_at > 86400000`.execute(
        db,
      );
    },
  },
  'states-010': {
    async up(db) {
      await orderByBytes(db, 'state_observations', 'id');
      await orderByBytes(db, 'state_intervals', 'from_id');
      await orderByBytes(db, 'state_intervals', 'to_id');
      await partitionByTime(db, 'state_observations', 'at');
    },
  },
};

/** What orders observations of one millisecond is compared here, too: on every engine as SQLite and JavaScript do. */
async function orderByBytes(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  if (!isPostgres(db)) return;
  await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} type text collate "C"`.execute(db);
}
