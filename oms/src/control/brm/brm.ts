import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import type { HostConnection } from '../host/host-connection.ts';
import { OK, outcomeOfError } from '../host/outcome.ts';
import type { ControlReply, ControlRequest, DiskPlace, LogEntry, Outcome } from '../messages.ts';
import type { Exchange } from '../transport.ts';
import { workOf, type Work } from './works.ts';

export interface BrmOptions {
  /** The host whose storage pools it manages. */
  host: string;
  /** The way to that host's libvirtd. */
  connection: Pick<HostConnection, 'aside'>;
  /** @throws CannotDoError where nothing may be asked of libvirt */
  mayAct: () => Promise<void>;
  /** Deadline of one call to the storage, ms. */
  withinMs: number;
  logger: Logger;
  now: () => number;
}

/** The block storage resource manager: makes and finds volumes in the storage pools of one host. Only CC asks it (A40). */
export class BlockStorageManager {
  readonly #options: BrmOptions;

  constructor(options: BrmOptions) {
    this.#options = options;
  }

  readonly answer = async (request: ControlRequest, { signal }: Exchange): Promise<ControlReply> => {
    const { host, now } = this.#options;
    const { from, order } = request;
    const brm: Party = { role: 'BRM', node: host };
    const log: LogEntry[] = [{ entry: 'received', message: 'request', from, to: brm, at: now() }];
    const work = workOf(order);
    const at = now();
    const { outcome, disks } = await this.#do(work, order.operationId, signal);
    const ended = now();
    if (work.isHop) log.push({ entry: 'acted', by: brm, at, ended, outcome });
    log.push({ entry: 'sent', message: 'reply', from: brm, to: from, at: ended, outcome });
    return {
      from: brm,
      to: from,
      operationId: order.operationId,
      sentAt: ended,
      outcome,
      ...(disks && { disks }),
      log,
    };
  };

  async #do(work: Work, operation: string, signal: AbortSignal): Promise<{ outcome: Outcome; disks?: DiskPlace[] }> {
    const { host, connection, mayAct, withinMs } = this.#options;
    const logger = this.#options.logger.child({ operation });
    let asked = false;
    try {
      const disks = await connection.aside(signal, async (storage) => {
        await mayAct();
        asked = true;
        return await work.run(storage, { signal, timeoutMs: withinMs });
      });
      logger.info({ disks }, work.told);
      return { outcome: OK, disks };
    } catch (error) {
      const outcome = outcomeOfError(error, { host, of: 'the storage' }, asked);
      logger.warn({ outcome }, `not ${work.told}`);
      return { outcome };
    }
  }
}
