import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitMs } from '@faultline/program';
import type { Logger } from 'pino';
import { makePartitions, whileAlone, type KeptRecords, type OmsDatabase, type Retention } from '../database/index.ts';
import type { Telemetry } from '../telemetry.ts';
import { prune } from './prune.ts';
import { keptRecords } from './records.ts';

const ROUND_EVERY_MS = 3_600_000;
/** Of the time that pruning takes, one part in five at most is work. */
const REST_PER_WORK = 4;
/** A step that took less is not rested from, only others have their turn. */
const SHORT_STEP_MS = 1;

export interface KeeperOptions {
  retention: Retention;
  now: () => number;
  log: Logger;
  telemetry: Telemetry;
  /** ms between two rounds. */
  everyMs?: number;
  records?: readonly KeptRecords[];
}

/** Keeps the store at its size: makes partitions ahead of time and removes what is older than it is kept. */
export interface Keeper {
  /** Begins rounds; resolves when the partitions that the present needs are made, or the log says why they are not. */
  start: () => Promise<void>;
  /** Resolves when the step under way has ended. */
  stop: () => Promise<void>;
}

export function createKeeper(db: OmsDatabase, options: KeeperOptions): Keeper {
  const { retention, now, log, telemetry, everyMs = ROUND_EVERY_MS, records = keptRecords } = options;
  const ending = new AbortController();
  let rounds = Promise.resolve();

  /** The next round finds what a failed one left; until then the store is only larger. */
  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      telemetry.retentionErrors.inc();
      log.error({ err: error }, `${what} failed`);
    }
  }

  async function makeAllPartitions(): Promise<void> {
    for (const { partitioned } of records) if (partitioned !== undefined) await makePartitions(db, partitioned, now());
  }

  async function removeOld(): Promise<void> {
    const isDone = await whileAlone(db, 'retention', () =>
      prune(db, records, { retention, now: now(), onPruned, pause, signal: ending.signal }),
    );
    if (isDone) telemetry.retentionRound.set(now() / 1000);
  }

  function onPruned(table: string, { rows, partitions }: { rows: number; partitions: number }): void {
    telemetry.prunedRows.inc({ table }, rows);
    telemetry.prunedPartitions.inc({ table }, partitions);
  }

  async function pause(tookMs: number): Promise<void> {
    if (tookMs < SHORT_STEP_MS) await nextTurn();
    else await waitMs(tookMs * REST_PER_WORK, ending.signal);
  }

  return {
    start: async () => {
      await attempt('making partitions', makeAllPartitions);
      rounds = (async () => {
        while (!ending.signal.aborted) {
          await attempt('removing old records', removeOld);
          await waitMs(everyMs, ending.signal);
          await attempt('making partitions', makeAllPartitions);
        }
      })();
    },
    stop: async () => {
      ending.abort();
      await rounds;
    },
  };
}
