import { sql, type Kysely } from 'kysely';
import type { OmsDatabase } from './database.ts';
import { isPostgres } from './engine.ts';
import { holdKey } from './hold.ts';

const DAY_MS = 86_400_000;
/** How far ahead of the present partitions are made: an OMS that could not make any for so long still needs no other place. */
const AHEAD_MS = 2 * DAY_MS;
/** Who waits for a table holds up everyone behind it: rather later than for longer. */
const WAIT_FOR_TABLE = '2s';

/** A table whose rows PostgreSQL keeps by time, so that old ones go with their partition (decision 0028). */
export interface PartitionedTable {
  table: string;
  /** The column with the time, ms. */
  time: string;
  /** Days that one partition holds. */
  days: number;
}

interface Partition {
  name: string;
  /** ms; the end is not part of it. */
  from: number;
  to: number;
}

/** Where rows are that no partition was made for: late ones, and those of a clock that is ahead. */
export const restOf = (table: string): string => `${table}_rest`;

/**
 * For migrations: has PostgreSQL keep a table by time. Its key and its indexes stay as they are; the key must include the time.
 * SQLite has no partitions, and the table stays as it is.
 */
export async function partitionByTime(db: Kysely<unknown>, table: string, time: string): Promise<void> {
  if (!isPostgres(db)) return;
  const [parent, before, rest] = [sql.table(table), sql.table(`${table}_before`), sql.table(restOf(table))];
  await sql`alter table ${parent} rename to ${before}`.execute(db);
  await sql`create table ${parent} (like ${before} including all) partition by range (${sql.ref(time)})`.execute(db);
  await sql`create table ${rest} partition of ${parent} default`.execute(db);
  await sql`insert into ${parent} select * from ${before}`.execute(db);
  await sql`drop table ${before}`.execute(db);
}

/** Makes the partitions from the day before `now` to some days ahead that there are not yet. Nothing to do on SQLite. */
export async function makePartitions(
  db: OmsDatabase,
  { table, time, days }: PartitionedTable,
  now: number,
): Promise<void> {
  if (!isPostgres(db)) return;
  const spanMs = days * DAY_MS;
  const known = await partitionsOf(db, table);
  for (let from = startOf(now - DAY_MS, spanMs); from <= now + AHEAD_MS; from += spanMs) {
    const to = from + spanMs;
    if (known.some((other) => other.from < to && other.to > from)) continue;
    await makePartition(db, { table, time }, { name: nameOf(table, from), from, to });
  }
}

/** Drops the partitions that hold nothing from `before` on. @returns how many */
export async function dropPartitions(db: OmsDatabase, table: string, before: number): Promise<number> {
  const old = (await partitionsOf(db, table)).filter(({ to }) => to <= before);
  for (const { name } of old) {
    await db.transaction().execute(async (trx) => {
      await holdPartitions(trx, table);
      await sql`drop table if exists ${sql.table(name)}`.execute(trx);
    });
  }
  return old.length;
}

async function makePartition(
  db: OmsDatabase,
  { table, time }: { table: string; time: string },
  { name, from, to }: Partition,
): Promise<void> {
  const [parent, rest, partition, at] = [sql.table(table), sql.table(restOf(table)), sql.table(name), sql.ref(time)];
  await db.transaction().execute(async (trx) => {
    await holdPartitions(trx, table);
    if ((await partitionsOf(trx, table)).some((other) => other.name === name)) return;
    await sql`create table ${partition} (like ${parent} including all)`.execute(trx);
    // What came before its partition was there moves into it; nobody may add to it meanwhile.
    await sql`lock table ${rest} in access exclusive mode`.execute(trx);
    await sql`with moved as (delete from ${rest} where ${at} >= ${from} and ${at} < ${to} returning *)
      insert into ${partition} select * from moved`.execute(trx);
    // A partition's bounds are no place for parameters.
    await sql`alter table ${parent} attach partition ${partition}
      for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(trx);
  });
}

/** One replica at a time, which gives up where the table is in use for long. */
async function holdPartitions(trx: OmsDatabase, table: string): Promise<void> {
  await holdKey(trx, `partitions of ${table}`);
  await sql`set local lock_timeout = ${sql.lit(WAIT_FOR_TABLE)}`.execute(trx);
}

async function partitionsOf(db: OmsDatabase, table: string): Promise<Partition[]> {
  const { rows } = await sql<{ name: string; bounds: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass(${table})`.execute(db);
  return rows.flatMap(({ name, bounds }) => {
    const [, from, to] = /^FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)$/.exec(bounds) ?? [];
    return from === undefined ? [] : [{ name, from: Number(from), to: Number(to) }];
  });
}

const startOf = (at: number, spanMs: number): number => Math.floor(at / spanMs) * spanMs;
const nameOf = (table: string, from: number): string =>
  `${table}_${new Date(from).toISOString().slice(0, 10).replaceAll('-', '')}`;
