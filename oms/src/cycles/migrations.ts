import type { Migration } from 'kysely';
import { partitionByTime } from '../database/partitions.ts';

export const cycleMigrations: Record<string, Migration> = {
  'cycles-001': {
    async up(db) {
      await db.schema
        .createTable('cycles')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('number', 'bigint', (column) => column.notNull())
        .addColumn('up', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('cycles_key', ['host', 'at', 'number'])
        .execute();
      await db.schema
        .createTable('cpu_samples')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('vcpus', 'integer', (column) => column.notNull())
        .addColumn('cpu_time_seconds', 'double precision', (column) => column.notNull())
        .addPrimaryKeyConstraint('cpu_samples_key', ['vm', 'at'])
        .execute();
    },
  },
  'cycles-010': {
    async up(db) {
      await partitionByTime(db, 'cycles', 'at');
      await partitionByTime(db, 'cpu_samples', 'at');
    },
  },
};
