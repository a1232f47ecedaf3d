import type { Figure } from '../table.ts';
import { median } from '../table.ts';
import { BATCH, EventStream, post } from './events.ts';
import type { Engine, Inserts, Row, Store } from './stores.ts';

/** Hosts that send at a time, each batch after batch; the bare subject has as many connections where its engine can use them. */
const SENDERS = 4;
const WARM_BATCHES = 100;
const BATCHES = 400;
const ROUNDS = 3;

/** Sends this many batches, over {@link SENDERS} hosts. @returns how long it took, ms */
export async function send(omsUrl: string, streams: readonly EventStream[], batches: number): Promise<number> {
  const bodies = streams.map((stream) => Array.from({ length: batches / streams.length }, () => stream.next()));
  const began = performance.now();
  await Promise.all(
    bodies.map(async (ofHost) => {
      for (const body of ofHost) await post(`${omsUrl}/api/v1/reports`, body);
    }),
  );
  return performance.now() - began;
}

export const newStreams = (now: number): EventStream[] =>
  Array.from({ length: SENDERS }, (_, number) => new EventStream(number, now - 3_600_000));

/** Events a second through an OMS, and the rows that it came to, in as many transactions. */
async function throughOms(store: Store): Promise<{ perSecond: number; transactions: Inserts[] }> {
  const oms = await store.startOms();
  const streams = newStreams(Date.now());
  await send(oms.url, streams, WARM_BATCHES);
  const tookMs = await send(oms.url, streams, BATCHES);
  await oms.end();
  const open = await store.open();
  const tables = await open.tables();
  const rows = await Promise.all(tables.map((table) => open.rows(table)));
  await open.close();
  const parts = WARM_BATCHES + BATCHES;
  const transactions = Array.from({ length: parts }, (_, part) =>
    tables.map((table, index) => [table, partOf(rows[index] ?? [], part, parts)] as const),
  );
  return { perSecond: (BATCHES * BATCH * 1000) / tookMs, transactions };
}

const partOf = (rows: readonly Row[], part: number, parts: number): readonly Row[] =>
  rows.slice(Math.floor((rows.length * part) / parts), Math.floor((rows.length * (part + 1)) / parts));

/** Events a second where the bare driver inserts the same rows into tables of the same form. */
async function bare(store: Store, transactions: Inserts[]): Promise<number> {
  // It makes the tables and leaves them.
  await (await store.startOms()).end();
  const open = await store.open();
  await open.insertBare(transactions.slice(0, WARM_BATCHES), SENDERS);
  const began = performance.now();
  await open.insertBare(transactions.slice(WARM_BATCHES), SENDERS);
  const tookMs = performance.now() - began;
  await open.close();
  return (BATCHES * BATCH * 1000) / tookMs;
}

/** What an OMS takes over HTTP against what its database takes from its own driver, in turns. */
export async function ingestion(engine: Engine, say: (line: string) => void): Promise<Figure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { perSecond, transactions } = await throughOms(await engine.newStore());
    ours.push(perSecond);
    theirs.push(await bare(await engine.newStore(), transactions));
    say(`${engine.name}: ${shown(perSecond)}, bare ${shown(theirs.at(-1) ?? NaN)}`);
  }
  // A round's two are measured right after each other: their ratio is what travels.
  const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
  const driver = engine.name === 'SQLite' ? 'better-sqlite3' : 'pg';
  return {
    what: `ingestion over HTTP, batches of ${BATCH}, ${SENDERS} senders, ${engine.name}`,
    value: shown(median(ours)),
    against: `bare ${driver}, the same rows: ${shown(median(theirs))}`,
    ratio: median(ratios).toFixed(2),
    bar: '>= 0.5',
  };
}

const shown = (perSecond: number): string => `${perSecond.toFixed(0)} events/s`;
