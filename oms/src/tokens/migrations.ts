import type { Migration } from 'kysely';

export const tokenMigrations: Record<string, Migration> = {
  'tokens-001': {
    async up(db) {
      await db.schema
        .createTable('tokens')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull().unique())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('created', 'bigint', (column) => column.notNull())
        .addColumn('expires', 'bigint')
        .addColumn('last_used', 'bigint')
        .execute();
    },
  },
};
