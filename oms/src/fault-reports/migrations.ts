import { sql, type Migration } from 'kysely';

export const faultReportMigrations: Record<string, Migration> = {
  'fault-reports-001': {
    async up(db) {
      await db.schema
        .createTable('fault_reports')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('named_by', 'text', (column) => column.notNull())
        .addColumn('named_value', 'text', (column) => column.notNull())
        .addColumn('reporter', 'text', (column) => column.notNull())
        .addColumn('symptom', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('received', 'bigint', (column) => column.notNull())
        .addColumn('vm', 'text')
        .addColumn('vm_name', 'text')
        .addColumn('resolved_at', 'bigint')
        .addColumn('resolved_by', 'text')
        .addColumn('candidates', 'text', (column) => column.notNull())
        .execute();
      const index = (name: string) => db.schema.createIndex(name).on('fault_reports');
      await index('fault_reports_time').columns(['received', 'id']).execute();
      await index('fault_reports_vm_time').columns(['vm', 'received', 'id']).execute();
      await index('fault_reports_unresolved')
        .columns(['received', 'id'])
        .where(sql<boolean>`vm is null`)
        .execute();
    },
  },
};
