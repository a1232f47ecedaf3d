import type { Migration } from 'kysely';

export const vmMigrations: Record<string, Migration> = {
  'vms-001': {
    async up(db) {
      await db.schema
        .createTable('vms')
        .addColumn('uuid', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('first_seen', 'bigint', (column) => column.notNull())
        .addColumn('last_seen', 'bigint', (column) => column.notNull())
        .addColumn('host_seen', 'bigint', (column) => column.notNull())
        .addColumn('host_active', 'integer', (column) => column.notNull())
        .execute();
    },
  },
};
