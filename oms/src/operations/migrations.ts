import { sql, type Kysely, type Migration } from 'kysely';

export const operationsMigrations: Record<string, Migration> = {
  'operations-001': {
    async up(db) {
      await db.schema
        .createTable('operations')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('correlation_id', 'text')
        .addColumn('parent_id', 'text')
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('vm_name', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('initiator', 'text', (column) => column.notNull())
        .addColumn('forced', 'integer', (column) => column.notNull())
        .addColumn('started', 'bigint', (column) => column.notNull())
        .addColumn('ended', 'bigint')
        .addColumn('result', 'text', (column) => column.notNull())
        .addColumn('cause', 'text')
        .addColumn('source', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('operations_vm_time').on('operations').columns(['vm', 'started']).execute();
      await db.schema.createIndex('operations_result').on('operations').columns(['result', 'source']).execute();
      await db.schema
        .createTable('hops')
        .addColumn('operation', 'text', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('vm', 'text', (column) => column.notNull())
        .addColumn('parent', 'integer')
        .addColumn('from_role', 'text', (column) => column.notNull())
        .addColumn('from_node', 'text')
        .addColumn('to_role', 'text', (column) => column.notNull())
        .addColumn('to_node', 'text')
        .addColumn('message', 'text', (column) => column.notNull())
        .addColumn('direction', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint')
        .addColumn('ended', 'bigint')
        .addColumn('result', 'text', (column) => column.notNull())
        .addColumn('cause', 'text')
        .addColumn('observed', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('hops_key', ['operation', 'seq'])
        .execute();
    },
  },
  'operations-002': {
    async up(db: Kysely<Requests>) {
      await db.schema.alterTable('operations').addColumn('request', 'text').execute();
      await db.schema.alterTable('operations').addColumn('host', 'text').execute();
      await db.schema.alterTable('operations').addColumn('progress', 'text').execute();
      await keepRequests(db);
      await db.schema.alterTable('operations').dropColumn('forced').execute();
    },
  },
  'operations-003': {
    async up(db) {
      // With all that is asked of very many at once, so that counting them reads no record.
      await db.schema
        .createIndex('operations_marks')
        .on('operations')
        .columns(['vm', 'started', 'ended', 'result'])
        .execute();
      await db.schema.dropIndex('operations_vm_time').execute();
      // Those that may reach into a range from long before it: see LONG_MS in database/overlap.ts.
      await sql`create index operations_long on operations (vm, started, ended, result) where (ended is null or ended - started > 86400000)`.execute(
        db,
      );
    },
  },
  'operations-010': {
    async up(db) {
      await db.schema.createIndex('operations_ended').on('operations').columns(['ended']).execute();
    },
  },
  'operations-011': {
    async up(db) {
      // The list of operations of every VM is ordered by both.
      await db.schema.createIndex('operations_time').on('operations').columns(['started', 'id']).execute();
    },
  },
};

/** What 'operations-002' finds, and fills. */
interface Requests {
  operations: {
    id: string;
    vm: string;
    kind: string;
    initiator: string;
    forced: 0 | 1;
    source: string;
    request: string;
  };
}

/** Of a request there was no more than its force beside the record. */
async function keepRequests(db: Kysely<Requests>): Promise<void> {
  const own = await db
    .selectFrom('operations')
    .select(['id', 'vm', 'kind', 'initiator', 'forced'])
    .where('source', '=', 'faultline')
    .execute();
  for (const { forced, ...request } of own) {
    await db
      .updateTable('operations')
      .set({ request: JSON.stringify({ ...request, ...(forced === 1 ? { force: true } : {}) }) })
      .where('id', '=', request.id)
      .execute();
  }
}
