import { sql, type Migration } from 'kysely';

export const alarmMigrations: Record<string, Migration> = {
  'alarms-001': {
    async up(db) {
      await db.schema
        .createTable('alarms')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('category', 'text', (column) => column.notNull())
        .addColumn('level', 'text', (column) => column.notNull())
        .addColumn('cause', 'text', (column) => column.notNull())
        .addColumn('details', 'text', (column) => column.notNull())
        .addColumn('vm', 'text')
        .addColumn('vm_name', 'text')
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('raised', 'bigint', (column) => column.notNull())
        .addColumn('changed', 'bigint', (column) => column.notNull())
        .addColumn('cleared', 'bigint')
        .addColumn('occurrences', 'integer', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('alarms_vm_time').on('alarms').columns(['vm', 'raised']).execute();
      await db.schema.createIndex('alarms_key').on('alarms').columns(['key', 'raised']).execute();
      await db.schema
        .createTable('alarm_folds')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('into_id', 'text', (column) => column.notNull())
        .addColumn('changed', 'bigint', (column) => column.notNull())
        .addColumn('occurrences', 'integer', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('alarm_folds_into').on('alarm_folds').columns(['into_id']).execute();
    },
  },
  'alarms-002': {
    async up(db) {
      // SQLite adds one column a statement.
      for (const name of ['fingerprint', 'operation', 'operator_by', 'operator_note']) {
        await db.schema.alterTable('alarms').addColumn(name, 'text').execute();
      }
      for (const name of ['silenced', 'inhibited']) {
        await db.schema.alterTable('alarms').addColumn(name, 'integer').execute();
      }
      for (const name of ['cycle', 'operator_at', 'shelved_until']) {
        await db.schema.alterTable('alarms').addColumn(name, 'bigint').execute();
      }
      await db.schema
        .alterTable('alarms')
        .addColumn('operator_state', 'text', (column) => column.notNull().defaultTo('none'))
        .execute();
      await db.schema.createIndex('alarms_time').on('alarms').columns(['raised', 'id']).execute();
      await db.schema.createIndex('alarms_host_time').on('alarms').columns(['host', 'raised', 'id']).execute();
      await db.schema
        .createIndex('alarms_open')
        .on('alarms')
        .columns(['raised', 'id'])
        .where(sql<boolean>`cleared is null`)
        .execute();
      await db.schema
        .createTable('alarm_history')
        .addColumn('alarm', 'text', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('act', 'text', (column) => column.notNull())
        .addColumn('by', 'text')
        .addColumn('from_state', 'text', (column) => column.notNull())
        .addColumn('to_state', 'text', (column) => column.notNull())
        .addColumn('note', 'text')
        .addColumn('until', 'bigint')
        .addPrimaryKeyConstraint('alarm_history_key', ['alarm', 'seq'])
        .execute();
    },
  },
  'alarms-003': {
    async up(db) {
      // With all that is asked of very many at once, so that counting them reads no record.
      await db.schema.createIndex('alarms_marks').on('alarms').columns(['vm', 'raised', 'cleared', 'level']).execute();
      await db.schema.dropIndex('alarms_vm_time').execute();
      // Those that may reach into a range from long before it: see LONG_MS in database/overlap.ts.
      await sql`create index alarms_long on alarms (vm, raised, cleared, level) where (cleared is null or cleared - raised > 86400000)`.execute(
        db,
      );
    },
  },
  'alarms-010': {
    async up(db) {
      await db.schema.createIndex('alarms_cleared').on('alarms').columns(['cleared']).execute();
    },
  },
  'alarms-011': {
    async up(db) {
      for (const name of ['silenced_by', 'inhibited_by']) {
        await db.schema.alterTable('alarms').addColumn(name, 'text').execute();
      }
    },
  },
};
