import type { Operation } from '@faultline/contracts';
import { waitMs } from '@faultline/program';
import type { Logger } from 'pino';
import type { ControlDeadlines } from './deadlines.ts';
import type { Progress } from './messages.ts';
import type { OperationRecords, RecordsTransaction } from './records.ts';

export interface RecordKeeperOptions {
  records: OperationRecords;
  deadlines: Pick<ControlDeadlines, 'recordAgainMs' | 'progressEveryMs'>;
  /** Aborted when the control side ends. */
  closing: AbortSignal;
  logger: Logger;
}

/** CLC's hand at the DB while operations run. */
export class RecordKeeper {
  readonly #options: RecordKeeperOptions;

  constructor(options: RecordKeeperOptions) {
    this.#options = options;
  }

  /**
   * Writes how an operation ended, with what else became true by it, in one transaction. Tries until it is written: an
   * operation that stays recorded as running would keep its VM from every other one.
   *
   * @throws the store's error when the record could not be written before the OMS ended
   */
  async end(operation: Operation, alongside: (trx: RecordsTransaction) => Promise<void>): Promise<void> {
    const { records, deadlines, closing, logger } = this.#options;
    for (let tries = 0; ; tries += 1) {
      try {
        await records.transact(async (trx) => {
          const stored = await trx.store(operation);
          if (stored === 'updated') await alongside(trx);
        });
        return;
      } catch (error) {
        const pauseMs = deadlines.recordAgainMs[Math.min(tries, deadlines.recordAgainMs.length - 1)];
        if (pauseMs === undefined || closing.aborted) throw error;
        logger.error({ err: error, operation: operation.id, againInMs: pauseMs }, 'the record could not be written');
        // It ends early when the OMS ends: then the record is tried once more at once.
        await waitMs(pauseMs, closing);
      }
    }
  }

  /**
   * Takes what is told of an operation's progress and writes the latest of it, no more often than agreed and never two at
   * once. Progress that cannot be written is dropped: the next one says more.
   */
  progressOf(id: string): (progress: Progress) => void {
    const { records, deadlines, logger } = this.#options;
    let nextAt = -Infinity;
    let isWriting = false;
    return (progress) => {
      const now = performance.now();
      if (isWriting || now < nextAt) return;
      isWriting = true;
      nextAt = now + deadlines.progressEveryMs;
      void records
        .transact((trx) => trx.storeProgress(id, progress))
        .catch((error: unknown) => {
          logger.warn({ err: error, operation: id }, 'the progress could not be written');
        })
        .finally(() => {
          isWriting = false;
        });
    };
  }
}
