import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import type { ControlReply, ControlRequest, LogEntry, Outcome } from './messages.ts';
import { DeliveryError, partyName, type Transport } from './transport.ts';

export interface CcOptions {
  cc: Party;
  transport: Transport;
  /** How long an NC may take, ms. Longer than the NC's own deadlines, so that its negative answer still arrives. */
  ncWithinMs: number;
  logger: Logger;
  now: () => number;
}

/**
 * The cluster controller: forwards a request to the NC of the VM's host and carries the answer back (A40). It never
 * acts on a VM itself; what it cannot forward it answers with no, and why.
 */
export class ClusterController {
  readonly #options: CcOptions;

  constructor(options: CcOptions) {
    this.#options = options;
  }

  readonly answer = async (request: ControlRequest): Promise<ControlReply> => {
    const { cc, now } = this.#options;
    const { from, order } = request;
    const log: LogEntry[] = [{ entry: 'received', message: 'request', from, to: cc, at: now() }];
    const outcome = await this.#forward(request, log);
    const sentAt = now();
    log.push({ entry: 'sent', message: 'reply', from: cc, to: from, at: sentAt, outcome });
    return { from: cc, to: from, operationId: order.operationId, sentAt, outcome, log };
  };

  async #forward({ order }: ControlRequest, log: LogEntry[]): Promise<Outcome> {
    const { cc, transport, ncWithinMs, now } = this.#options;
    const nc: Party = { role: 'NC', node: order.host };
    const logger = this.#options.logger.child({ operation: order.operationId, nc: order.host });
    const sentAt = now();
    log.push({ entry: 'sent', message: 'request', from: cc, to: nc, at: sentAt });
    logger.info(`forwarding ${order.kind} request to ${partyName(nc)}`);
    try {
      const reply = await transport.send({ from: cc, to: nc, order, sentAt, withinMs: ncWithinMs });
      log.push(...reply.log);
      log.push({ entry: 'received', message: 'reply', from: nc, to: cc, at: now(), outcome: reply.outcome });
      logger.info({ outcome: reply.outcome }, `${partyName(nc)} answered`);
      return reply.outcome;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const outcome = outcomeOfSilence(error);
      log.push({ entry: 'halted', from: cc, to: nc, at: now(), outcome });
      logger.warn({ err: error }, `${partyName(nc)} gave no answer`);
      return outcome;
    }
  }
}

/** No answer means failed only where it is certain that nothing was done. */
export function outcomeOfSilence(error: DeliveryError): Outcome {
  return { result: error.nothingDone ? 'failed' : 'timeout', cause: error.message };
}
