import type { Migration } from 'kysely';

export const alertmanagerMigrations: Record<string, Migration> = {
  'alertmanager-001': {
    async up(db) {
      await db.schema
        .createTable('alertmanager_alerts')
        .addColumn('fingerprint', 'text', (column) => column.primaryKey())
        .execute();
    },
  },
};
