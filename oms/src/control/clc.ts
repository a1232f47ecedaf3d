import type { Caller, Operation, OperationRequest, Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import { admit, taskOf, withRecord, type ControlledHost } from './admission.ts';
import { outcomeOfSilence } from './cc.ts';
import { ccWithinMs, type ControlDeadlines } from './deadlines.ts';
import type { Admission, OperationDoor } from './door.ts';
import { hopsFromLog, recordedOrder } from './hops.ts';
import type { ControlRequest, LogEntry, OperationOrder, Outcome } from './messages.ts';
import { RecordKeeper } from './record-keeper.ts';
import type { OperationRecords, RecordsTransaction, StoredRequest } from './records.ts';
import { DeliveryError, type Transport } from './transport.ts';

export interface ClcOptions {
  records: OperationRecords;
  clc: Party;
  cc: Party;
  transport: Transport;
  hosts: ReadonlyMap<string, ControlledHost>;
  deadlines: ControlDeadlines;
  logger: Logger;
  now: () => number;
}

const LOST = 'the OMS ended while it ran';

/** What came of an order, and what was seen of it. */
interface Carried {
  outcome: Outcome;
  log: LogEntry[];
}

/**
 * The cloud controller: takes requests, records them before anyone is asked to act, has CC carry them out, and writes
 * the outcome with all hops, also when it is a failure (A30). It acts on no VM and knows no NC.
 */
export class CloudController implements OperationDoor {
  readonly #options: ClcOptions;
  readonly #keeper: RecordKeeper;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: ClcOptions) {
    this.#options = options;
    const { records, deadlines, logger } = options;
    this.#keeper = new RecordKeeper({ records, deadlines, logger, closing: this.#closing.signal });
  }

  /**
   * Admits a request, and begins to carry it out once that is committed. The decision, its record and its audit are one
   * transaction, so that an id is executed once and a VM has one operation at a time, however many ask at once.
   */
  async ask(request: OperationRequest, caller: Caller): Promise<Admission> {
    const { records, now } = this.#options;
    const { admission, order } = await records.transact(async (trx) => {
      const decision = await admit(trx, request, this.#options);
      await trx.audit({ at: now(), caller, request, outcome: outcomeOfAsking(decision.admission) });
      return decision;
    });
    const logger = this.#options.logger.child({ operation: request.id, vm: request.vm });
    const { answer } = admission;
    logger.info({ who: caller.who, initiator: request.initiator, answer }, `${request.kind} requested`);
    if (admission.answer === 'accepted' && order !== undefined) {
      this.#keepAt(admission.operation, (operation) => this.#perform(operation, order));
    }
    return admission;
  }

  /**
   * Takes up what an earlier run of the OMS left as running: what came of it is read back from libvirt, never assumed and
   * never done again. It waits for no host.
   *
   * @returns how many there are
   */
  async takeUpLost(): Promise<number> {
    const lost = await this.#options.records.transact((trx) => trx.findAllRunning());
    for (const stored of lost) this.#keepAt(stored.operation, () => this.#readBack(stored));
    return lost.length;
  }

  /** Stops waiting for what is under way. It stays recorded as running, for whoever comes next to read back. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#inFlight);
  }

  #keepAt(operation: Operation, work: (operation: Operation) => Promise<void>): void {
    const logger = this.#options.logger.child({ operation: operation.id, vm: operation.vm.uuid });
    const done = work(operation)
      .catch((error: unknown) => {
        if (isClosing(error)) logger.info('the operation stays recorded as running, to be read back');
        else logger.error({ err: error }, 'the operation stays recorded as running, until the OMS starts again');
      })
      .finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
  }

  async #perform(operation: Operation, order: OperationOrder): Promise<void> {
    await this.#end(operation, order, await this.#send(order, 'perform'));
  }

  async #readBack({ operation, request, host }: StoredRequest): Promise<void> {
    const { clc, cc, now, logger } = this.#options;
    const sent: LogEntry = { entry: 'sent', message: 'request', from: clc, to: cc, at: operation.started };
    if (request === undefined || host === undefined) {
      const outcome: Outcome = { result: 'timeout', cause: `${LOST}; of whom it was asked is not known` };
      const ended: Operation = { ...operation, ...outcome, ended: now(), hops: [] };
      await this.#keeper.end(ended, () => Promise.resolve());
      return;
    }
    const order: OperationOrder = { operationId: operation.id, task: taskOf(request), vm: operation.vm, host };
    logger.warn({ operation: operation.id, vm: operation.vm.uuid }, `${LOST}; reading back what came of it`);
    const { outcome, log } = await this.#send(order, 'read-back');
    const seen = log.find((entry) => entry.entry === 'read-back');
    // Nobody could look: then nothing is known, whatever kept them from it.
    const told: Outcome = seen === undefined ? { ...outcome, result: 'timeout' } : outcome;
    const final: Outcome = told.result === 'ok' ? told : { ...told, cause: `${LOST}; ${told.cause ?? ''}` };
    const last: LogEntry =
      seen === undefined
        ? { entry: 'halted', from: clc, to: cc, at: now(), outcome: final }
        : { ...seen, outcome: final };
    await this.#end(operation, order, { outcome: final, log: [sent, last] });
  }

  async #end(operation: Operation, order: OperationOrder, { outcome, log }: Carried): Promise<void> {
    const { clc, now, logger } = this.#options;
    const at = now();
    const { progress, ...begun } = operation;
    const hops = hopsFromLog(recordedOrder(order), withRecord(log, clc, at));
    const ended: Operation = { ...begun, ...outcome, ended: at, hops };
    await this.#keeper.end(ended, (trx) => rememberWhereItIs(trx, order, outcome, at));
    logger.info({ operation: operation.id, outcome, initiator: operation.initiator }, `${order.task.kind} recorded`);
  }

  /** @throws DeliveryError `transport-closed` when the control side ends meanwhile */
  async #send(order: OperationOrder, purpose: ControlRequest['purpose']): Promise<Carried> {
    const { clc, cc, transport, deadlines, now } = this.#options;
    const sentAt = now();
    const log: LogEntry[] = [{ entry: 'sent', message: 'request', from: clc, to: cc, at: sentAt }];
    const withinMs = ccWithinMs(deadlines, order.task, purpose);
    try {
      const request: ControlRequest = { from: clc, to: cc, order, purpose, sentAt, withinMs };
      const reply = await transport.send(request, this.#keeper.progressOf(order.operationId));
      log.push(...reply.log);
      log.push({ entry: 'received', message: 'reply', from: cc, to: clc, at: now(), outcome: reply.outcome });
      return { outcome: reply.outcome, log };
    } catch (error) {
      if (!(error instanceof DeliveryError) || isClosing(error)) throw error;
      const outcome = outcomeOfSilence(error);
      log.push({ entry: 'halted', from: clc, to: cc, at: now(), outcome });
      return { outcome, log };
    }
  }
}

const outcomeOfAsking = (admission: Admission): string =>
  admission.answer === 'refused' ? admission.code : admission.answer;

const isClosing = (error: unknown): boolean => error instanceof DeliveryError && error.code === 'transport-closed';

/** An operation that moved or made a VM tells where it is before any cycle does. */
async function rememberWhereItIs(
  trx: RecordsTransaction,
  { task, vm, host }: OperationOrder,
  { result }: Outcome,
  at: number,
): Promise<void> {
  if (result !== 'ok') return;
  if (task.kind === 'create') await trx.rememberVm({ vm, host, at, active: task.start ?? true });
  if (task.kind === 'migrate') await trx.rememberVm({ vm, host: task.toHost, at, active: true });
}
