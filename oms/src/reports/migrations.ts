import type { Migration } from 'kysely';

export const reportMigrations: Record<string, Migration> = {
  'reports-001': {
    async up(db) {
      await db.schema
        .createTable('reports')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('received', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('reports_key', ['host', 'id'])
        .execute();
      await db.schema
        .createTable('domain_events')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('event', 'text', (column) => column.notNull())
        .addColumn('detail', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('domain_events_key', ['vm', 'at', 'host', 'id'])
        .execute();
    },
  },
};
