import type { Migration } from 'kysely';

export const observedMigrations: Record<string, Migration> = {
  'observed-001': {
    async up(db) {
      await db.schema
        .createTable('vm_changes')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('detail', 'text', (column) => column.notNull())
        .addColumn('state', 'text')
        .addColumn('since', 'bigint')
        .addColumn('due', 'bigint')
        .addPrimaryKeyConstraint('vm_changes_key', ['vm', 'at', 'host', 'id'])
        .execute();
      // Only what waits is in it: it does not grow with history.
      await db.schema
        .createIndex('vm_changes_due')
        .on('vm_changes')
        .column('due')
        .where('due', 'is not', null)
        .execute();
      await db.schema.createIndex('vm_changes_time').on('vm_changes').column('at').execute();
      await db.schema
        .createTable('unseen_gaps')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('from_at', 'bigint', (column) => column.notNull())
        .addColumn('to_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('unseen_gaps_key', ['host', 'id'])
        .execute();
    },
  },
};
