import { sql, type Migration } from 'kysely';
import { partitionByTime } from '../database/partitions.ts';

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
  'reports-010': {
    async up(db) {
      await db.schema.alterTable('reports').renameTo('reports_before').execute();
      await db.schema
        .createTable('reports')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('received', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('reports_by_time', ['host', 'at', 'id'])
        .execute();
      // Of these it is not known any more what time they told of. One of them that is sent again is taken again; what it says is
      // stored under a key of its own, and so stored once.
      await sql`insert into reports (host, at, id, type, received)
        select host, received, id, type, received from reports_before`.execute(db);
      await db.schema.dropTable('reports_before').execute();
      await partitionByTime(db, 'reports', 'at');
      await partitionByTime(db, 'domain_events', 'at');
    },
  },
};
