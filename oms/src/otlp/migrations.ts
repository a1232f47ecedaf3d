import type { Migration } from 'kysely';

export const otlpMigrations: Record<string, Migration> = {
  'otlp-001': {
    async up(db) {
      await db.schema
        .createTable('otlp_spans')
        .addColumn('trace_id', 'text', (column) => column.notNull())
        .addColumn('span_id', 'text', (column) => column.notNull())
        .addColumn('received', 'bigint', (column) => column.notNull())
        .addColumn('used', 'integer', (column) => column.notNull())
        .addColumn('span', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('otlp_spans_key', ['trace_id', 'span_id'])
        .execute();
      await db.schema.createIndex('otlp_spans_received').on('otlp_spans').columns(['used', 'received']).execute();
    },
  },
};
