import { sql, type Migration } from 'kysely';

export const vmMigrations: Record<string, Migration> = {
  'vms-001': {
    async up(db) {
      await db.schema
        .createTable('vms')
        .addColumn('uuid', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('host', 'text', (column) => column.notNull())
        .addColumn('first_seen', 'bigint', (column) => column.notNull())
        .addColumn('last_seen', 'bigint', (column) => column.notNull())
        .addColumn('host_seen', 'bigint', (column) => column.notNull())
        .addColumn('host_active', 'integer', (column) => column.notNull())
        .execute();
    },
  },
  'vms-002': {
    async up(db) {
      await db.schema.createIndex('vms_name').on('vms').columns(['name']).execute();
      await db.schema
        .createTable('vm_facts')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .addColumn('owner', 'text')
        .addColumn('project', 'text')
        .addColumn('vm_group', 'text')
        .addColumn('important', 'integer')
        .addColumn('last_seen', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('vm_facts_key', ['vm', 'source'])
        .execute();
      await db.schema.createIndex('vm_facts_owner').on('vm_facts').columns(['owner']).execute();
      await db.schema
        .createIndex('vm_facts_important')
        .on('vm_facts')
        .column('vm')
        .where(sql<boolean>`important = 1`)
        .execute();
      await db.schema
        .createTable('vm_addresses')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('last_seen', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('vm_addresses_key', ['vm', 'source', 'kind', 'address'])
        .execute();
      await db.schema.createIndex('vm_addresses_address').on('vm_addresses').columns(['address']).execute();
    },
  },
  'vms-003': {
    async up(db) {
      // In the order of the list, so that a page is read and not sorted.
      await db.schema.createIndex('vms_name_uuid').on('vms').columns(['name', 'uuid']).execute();
      await db.schema.createIndex('vms_host').on('vms').columns(['host', 'name', 'uuid']).execute();
      await db.schema.dropIndex('vms_name').execute();
    },
  },
};
