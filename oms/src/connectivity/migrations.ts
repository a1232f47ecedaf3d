import type { Migration } from 'kysely';
import { partitionByTime } from '../database/partitions.ts';

export const connectivityMigrations: Record<string, Migration> = {
  'connectivity-001': {
    async up(db) {
      await db.schema
        .createTable('guest_probes')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('verdict', 'text', (column) => column.notNull())
        .addColumn('agent', 'text', (column) => column.notNull())
        .addColumn('record', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('guest_probes_key', ['vm', 'at', 'host', 'id'])
        .execute();
    },
  },
  'connectivity-010': {
    async up(db) {
      await partitionByTime(db, 'guest_probes', 'at');
    },
  },
};
