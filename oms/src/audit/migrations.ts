import type { Migration } from 'kysely';

export const auditMigrations: Record<string, Migration> = {
  'audit-001': {
    async up(db) {
      await db.schema
        .createTable('audit')
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('who', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('what', 'text', (column) => column.notNull())
        .addColumn('target', 'text', (column) => column.notNull())
        .addColumn('why', 'text')
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('details', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('audit_key', ['at', 'id'])
        .execute();
      await db.schema.createIndex('audit_target').on('audit').columns(['target', 'at', 'id']).execute();
      await db.schema.createIndex('audit_who').on('audit').columns(['who', 'at', 'id']).execute();
    },
  },
};
