import type { Migration } from 'kysely';

export const leaseMigrations: Record<string, Migration> = {
  'lease-001': {
    async up(db) {
      await db.schema
        .createTable('leases')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('holder', 'text')
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('term', 'bigint', (column) => column.notNull())
        .addColumn('renewals', 'bigint', (column) => column.notNull())
        .addColumn('lasts_ms', 'integer', (column) => column.notNull())
        .execute();
    },
  },
};
