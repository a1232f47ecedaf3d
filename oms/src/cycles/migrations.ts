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
  'cycles-002': {
    async up(db) {
      // Cycles that did not reach libvirtd are few, and asked for with every state bar.
      await db.schema.createIndex('cycles_up').on('cycles').columns(['host', 'up', 'at']).execute();
      await db.schema
        .createTable('cpu_minutes')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('minute', 'bigint', (column) => column.notNull())
        .addColumn('from_at', 'bigint', (column) => column.notNull())
        .addColumn('to_at', 'bigint', (column) => column.notNull())
        .addColumn('ms', 'bigint', (column) => column.notNull())
        .addColumn('mean', 'double precision')
        .addColumn('low', 'double precision')
        .addColumn('high', 'double precision')
        .addColumn('broken', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('cpu_minutes_key', ['vm', 'minute'])
        .execute();
      await db.schema
        .createTable('host_runs')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('from_at', 'bigint', (column) => column.notNull())
        .addColumn('from_number', 'bigint', (column) => column.notNull())
        .addColumn('to_at', 'bigint', (column) => column.notNull())
        .addColumn('to_number', 'bigint', (column) => column.notNull())
        .addColumn('up', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('host_runs_key', ['host', 'from_at', 'from_number'])
        .execute();
    },
  },
  'cycles-010': {
    async up(db) {
      await partitionByTime(db, 'cycles', 'at');
      await partitionByTime(db, 'cpu_samples', 'at');
      await partitionByTime(db, 'cpu_minutes', 'minute');
    },
  },
  'cycles-020': {
    async up(db) {
      await db.schema
        .createTable('cpu_hours')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('hour', 'bigint', (column) => column.notNull())
        .addColumn('minutes', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('cpu_hours_key', ['vm', 'hour'])
        .execute();
      await partitionByTime(db, 'cpu_hours', 'hour');
    },
  },
  'cycles-030': {
    async up(db) {
      await db.schema.alterTable('cycles').addColumn('state', 'text').execute();
      await db.schema.alterTable('cycles').addColumn('findings', 'text').execute();
      await db.schema.alterTable('host_runs').addColumn('state', 'text').execute();
      await db.schema.alterTable('host_runs').addColumn('reasons', 'text').execute();
      await db.schema.alterTable('cpu_samples').addColumn('io', 'double precision').execute();
      await db.schema
        .createTable('control_troubles')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('number', 'bigint', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('for_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('control_troubles_key', ['vm', 'at', 'host'])
        .execute();
      await partitionByTime(db, 'control_troubles', 'at');
    },
  },
};
