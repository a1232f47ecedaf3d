import { sql, type Migration } from 'kysely';

export const hostMigrations: Record<string, Migration> = {
  'hosts-001': {
    async up(db) {
      await db.schema
        .createTable('isolations')
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('by', 'text', (column) => column.notNull())
        .addColumn('why', 'text', (column) => column.notNull())
        .addColumn('since', 'bigint', (column) => column.notNull())
        .addColumn('until', 'bigint')
        .addColumn('ended', 'bigint')
        .addColumn('ended_by', 'text')
        .addPrimaryKeyConstraint('isolations_key', ['host', 'since', 'id'])
        .execute();
      // Those that last: few, however long the history is.
      await db.schema
        .createIndex('isolations_lasting')
        .on('isolations')
        .column('host')
        .where(sql.ref('ended'), 'is', null)
        .execute();
    },
  },
};
