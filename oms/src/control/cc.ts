import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import { ncWithinMs, type ControlDeadlines } from './deadlines.ts';
import { FLOWS } from './flows.ts';
import { isolationCause, type IsolationBook } from './isolation.ts';
import type { ControlReply, ControlRequest, DiskPlace, LogEntry, OperationOrder, Outcome } from './messages.ts';
import { DeliveryError, partyName, type Exchange, type Transport } from './transport.ts';

export interface CcOptions {
  cc: Party;
  transport: Transport;
  isolation: IsolationBook;
  deadlines: ControlDeadlines;
  logger: Logger;
  now: () => number;
}

/** What came of a request that CC passed on. */
interface Passed {
  outcome: Outcome;
  disks?: DiskPlace[];
}

/**
 * The cluster controller: asks the BRM first where the flow has one, forwards the request to the NC of the VM's host, and
 * carries the answer back (A40). It never acts on a VM itself; what it cannot forward it answers with no, and why.
 */
export class ClusterController {
  readonly #options: CcOptions;

  constructor(options: CcOptions) {
    this.#options = options;
  }

  readonly answer = async (request: ControlRequest, { tell }: Exchange): Promise<ControlReply> => {
    const { cc, now } = this.#options;
    const { from, order } = request;
    const log: LogEntry[] = [{ entry: 'received', message: 'request', from, to: cc, at: now() }];
    const outcome = await this.#carry(request, log, tell);
    const sentAt = now();
    log.push({ entry: 'sent', message: 'reply', from: cc, to: from, at: sentAt, outcome });
    return { from: cc, to: from, operationId: order.operationId, sentAt, outcome, log };
  };

  async #carry(request: ControlRequest, log: LogEntry[], tell: Exchange['tell']): Promise<Outcome> {
    const { deadlines } = this.#options;
    const { order, purpose } = request;
    let disks: DiskPlace[] | undefined;
    if (asksBrm(request)) {
      const brm: Party = { role: 'BRM', node: order.host };
      const stored = await this.#pass({ ...request, to: brm, withinMs: deadlines.brmMs }, log);
      // What is read back is read from the NC, also where the volume is gone.
      if (stored.outcome.result !== 'ok' && purpose === 'perform') return stored.outcome;
      disks = stored.disks;
    }
    const nc: Party = { role: 'NC', node: order.host };
    const refusal = purpose === 'perform' ? await this.#refusal(order) : undefined;
    if (refusal !== undefined) return this.#halt(nc, refusal, log);
    const withinMs = ncWithinMs(deadlines, order.task, purpose);
    const passed = await this.#pass({ ...request, to: nc, withinMs, ...(disks && { disks }) }, log, tell);
    return passed.outcome;
  }

  /** Why the NC must not be asked. What cannot be looked up is a no: an isolated host stays untouched. */
  async #refusal(order: OperationOrder): Promise<string | undefined> {
    const { isolation, logger } = this.#options;
    try {
      return await isolationCause(order, isolation);
    } catch (error) {
      logger.error({ err: error, operation: order.operationId }, 'whether the NC is isolated could not be read');
      return `whether NC ${order.host} is isolated could not be read`;
    }
  }

  #halt(to: Party, cause: string, log: LogEntry[]): Outcome {
    const { cc, now } = this.#options;
    const outcome: Outcome = { result: 'failed', cause };
    log.push({ entry: 'halted', from: cc, to, at: now(), outcome });
    return outcome;
  }

  /** Sends the request on as CC's own, and keeps in the log what is seen of it. */
  async #pass(request: ControlRequest, log: LogEntry[], tell?: Exchange['tell']): Promise<Passed> {
    const { cc, transport, now } = this.#options;
    const { to, order, purpose } = request;
    const logger = this.#options.logger.child({ operation: order.operationId, purpose });
    const sentAt = now();
    log.push({ entry: 'sent', message: 'request', from: cc, to, at: sentAt });
    logger.info(`asking ${partyName(to)} for ${order.task.kind}`);
    try {
      const reply = await transport.send({ ...request, from: cc, sentAt }, tell);
      log.push(...reply.log);
      log.push({ entry: 'received', message: 'reply', from: to, to: cc, at: now(), outcome: reply.outcome });
      logger.info({ outcome: reply.outcome }, `${partyName(to)} answered`);
      return { outcome: reply.outcome, ...(reply.disks && { disks: reply.disks }) };
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const outcome = outcomeOfSilence(error);
      log.push({ entry: 'halted', from: cc, to, at: now(), outcome });
      logger.warn({ err: error }, `${partyName(to)} gave no answer`);
      return { outcome };
    }
  }
}

/** A location can be asked for again; a disk is made once. */
function asksBrm({ order, purpose }: ControlRequest): boolean {
  if (purpose === 'read-back') return order.task.kind === 'attach-disk';
  return FLOWS[order.task.kind].some(({ to }) => to === 'BRM');
}

/** No answer means failed only where it is certain that nothing was done. */
export function outcomeOfSilence(error: DeliveryError): Outcome {
  return { result: error.nothingDone ? 'failed' : 'timeout', cause: error.message };
}
