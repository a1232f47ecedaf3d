import { sql } from 'kysely';
import type { OmsDatabase } from './database.ts';
import { isPostgres } from './engine.ts';
import { dropPartitions, restOf, type PartitionedTable } from './partitions.ts';

/** How many rows one step removes at most: some milliseconds of work, after which others have their turn. */
export const ROWS_PER_STEP = 1000;

/** What the operator sets how long to keep, as in `--retention.samples`. */
type RetentionKind = 'samples' | 'states' | 'events' | 'reports' | 'operations' | 'alarms';

/** How long records of each kind are kept, ms; `Infinity`: for ever. */
export type Retention = Record<RetentionKind, number>;

/** What one step of pruning removed. */
export interface Pruned {
  rows: number;
  partitions: number;
}

/** Records of a domain that grow with time, and how old ones are removed. */
export interface KeptRecords {
  keptAs: RetentionKind;
  table: string;
  /** Absent where PostgreSQL keeps the table in one piece. */
  partitioned?: PartitionedTable;
  /** Removes what was over before `before`, and nothing that is still open, in small steps. */
  prune: (db: OmsDatabase, before: number) => AsyncGenerator<Pruned>;
}

interface Series {
  keptAs: RetentionKind;
  table: string;
  /** The columns that the key begins with: before the time. */
  keys: readonly string[];
  /** The column with the time, ms. */
  time: string;
  /** Days that a partition holds on PostgreSQL; absent: there are none. */
  partitionDays?: number;
}

/** Rows that are over when they are written, in a table whose key (or an index) is `keys` and then the time. */
export function series({ keptAs, table, keys, time, partitionDays }: Series): KeptRecords {
  const isPartitioned = (db: OmsDatabase): boolean => partitionDays !== undefined && isPostgres(db);
  return {
    keptAs,
    table,
    ...(partitionDays === undefined ? {} : { partitioned: { table, time, days: partitionDays } }),
    prune: async function* (db, before) {
      if (isPartitioned(db)) yield { rows: 0, partitions: await dropPartitions(db, table, before) };
      yield* pruneByKey(db, { table: isPartitioned(db) ? restOf(table) : table, keys, time }, before);
    },
  };
}

/** Steps that each remove at most {@link ROWS_PER_STEP} rows, until one finds less. */
export async function* inSteps(step: () => Promise<number>): AsyncGenerator<Pruned> {
  for (;;) {
    const rows = await step();
    yield { rows, partitions: 0 };
    if (rows < ROWS_PER_STEP) return;
  }
}

/** Goes from key to key: the index leads to each one's oldest rows, and what is kept is not looked at. */
async function* pruneByKey(
  db: OmsDatabase,
  { table, keys, time }: { table: string; keys: readonly string[]; time: string },
  before: number,
): AsyncGenerator<Pruned> {
  const [rows, at, columns] = [sql.table(table), sql.ref(time), sql.join(keys.map((key) => sql.ref(key)))];
  let key = await firstKey();
  while (key !== undefined) {
    const values = sql.join(keys.map((name) => key?.[name]));
    yield* inSteps(async () => {
      const ofKey = sql`(${columns}) = (${values}) and ${at} < ${before}`;
      const { rows: oldest } = await sql<{ last: number | null }>`select max(at) as last from
        (select ${at} as at from ${rows} where ${ofKey} order by ${at} limit ${ROWS_PER_STEP}) as oldest`.execute(db);
      const last = oldest[0]?.last ?? null;
      if (last === null) return 0;
      const { numAffectedRows = 0n } =
        await sql`delete from ${rows} where (${columns}) = (${values}) and ${at} <= ${last}`.execute(db);
      return Number(numAffectedRows);
    });
    key = await firstKey(sql`where (${columns}) > (${values})`);
  }

  async function firstKey(where = sql``): Promise<Record<string, unknown> | undefined> {
    const found = await sql<
      Record<string, unknown>
    >`select ${columns} from ${rows} ${where} order by ${columns} limit 1`.execute(db);
    return found.rows[0];
  }
}
