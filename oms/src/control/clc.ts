import { setTimeout as sleep } from 'node:timers/promises';
import { PERFORMED_KINDS, type Caller, type Operation, type OperationRequest, type Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import { outcomeOfSilence } from './cc.ts';
import type { Admission, OperationDoor, RefusalCode } from './door.ts';
import { hopsFromLog } from './hops.ts';
import type { LogEntry, OperationOrder, Outcome } from './messages.ts';
import { OWN_SOURCE, type OperationRecords, type RecordsTransaction } from './records.ts';
import { DeliveryError, type Transport } from './transport.ts';

export interface ClcOptions {
  records: OperationRecords;
  clc: Party;
  cc: Party;
  transport: Transport;
  /** How long CC may take, ms. Longer than CC gives the NC, so that CC's negative answer still arrives. */
  ccWithinMs: number;
  /** Hosts that have an NC. */
  hosts: ReadonlySet<string>;
  /** Pauses before a record that could not be written is written again, ms; the last one again and again. */
  recordAgainMs: readonly number[];
  logger: Logger;
  now: () => number;
}

const LOST = 'the OMS ended while it ran; its outcome was not observed';

/**
 * The cloud controller: takes requests, records them before anyone is asked to act, has CC carry them out, and writes
 * the outcome with all hops, also when it is a failure (A30). It acts on no VM and knows no NC.
 */
export class CloudController implements OperationDoor {
  readonly #options: ClcOptions;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: ClcOptions) {
    this.#options = options;
  }

  /**
   * Admits a request. The decision and its record are one transaction, so that an id is executed once and a VM has one
   * operation at a time, however many ask at once.
   */
  async ask(request: OperationRequest, caller: Caller): Promise<Admission> {
    const { records, now } = this.#options;
    const { admission, order } = await records.transact(async (trx) => {
      const admitted = await this.#admit(trx, request);
      await trx.audit({ at: now(), caller, request, outcome: outcomeOfAsking(admitted.admission) });
      return admitted;
    });
    const logger = this.#options.logger.child({ operation: request.id, vm: request.vm });
    logger.info(
      { who: caller.who, initiator: request.initiator, answer: admission.answer },
      `${request.kind} requested`,
    );
    if (admission.answer === 'accepted' && order !== undefined) this.#start(admission.operation, order);
    return admission;
  }

  /**
   * Ends what an earlier run of the OMS left as running. What came of it was not seen, and nothing is claimed about it.
   *
   * @returns how many there were
   */
  async endLostOperations(): Promise<number> {
    const { records, clc, cc, now, logger } = this.#options;
    const lost = await records.transact((trx) => trx.findAllRunning());
    for (const { operation, forced } of lost) {
      const kind = PERFORMED_KINDS.find((performed) => performed === operation.kind);
      const outcome: Outcome = { result: 'timeout', cause: LOST };
      const log: LogEntry[] = [
        { entry: 'sent', message: 'request', from: clc, to: cc, at: operation.started },
        { entry: 'halted', from: clc, to: cc, at: now(), outcome },
      ];
      const hops = kind === undefined ? [] : hopsFromLog({ kind, force: forced }, this.#withRecord(log));
      const ended: Operation = { ...operation, ...outcome, ended: now(), hops };
      await records.transact((trx) => trx.store(ended));
      logger.warn({ operation: operation.id, vm: operation.vm.uuid }, LOST);
    }
    return lost.length;
  }

  /** Stops waiting for what is under way, and records that its outcome was not observed. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#inFlight);
  }

  async #admit(
    trx: RecordsTransaction,
    request: OperationRequest,
  ): Promise<{ admission: Admission; order?: OperationOrder }> {
    const known = await trx.findRequested(request.id);
    if (known !== undefined) {
      const { operation, forced } = known;
      return { admission: { answer: isSame(request, operation, forced) ? 'known' : 'conflict', operation } };
    }
    const vm = await trx.findVm(request.vm);
    if (vm === undefined) return { admission: { answer: 'vm-unknown' } };

    const order: OperationOrder = {
      operationId: request.id,
      kind: request.kind,
      force: request.force ?? false,
      vm: { uuid: vm.uuid, name: vm.name },
      host: vm.host,
    };
    const refusal = await this.#refusal(trx, order);
    const operation =
      refusal === undefined ? this.#begun(request, order) : this.#refused(request, order, refusal.cause);
    await trx.store(operation, { forced: order.force });
    return refusal === undefined
      ? { admission: { answer: 'accepted', operation }, order }
      : { admission: { answer: 'refused', code: refusal.code, operation } };
  }

  async #refusal(
    trx: RecordsTransaction,
    order: OperationOrder,
  ): Promise<{ code: RefusalCode; cause: string } | undefined> {
    const running = await trx.findRunningOn(order.vm.uuid);
    if (running !== undefined) {
      return {
        code: 'vm-busy',
        cause: `${running.kind} by ${running.initiator} is under way on this VM (operation ${running.id})`,
      };
    }
    if (this.#options.hosts.has(order.host)) return undefined;
    return {
      code: 'vm-not-on-a-controlled-host',
      cause: `the VM is on host ${order.host}, for which this OMS has no control address`,
    };
  }

  #begun(request: OperationRequest, order: OperationOrder): Operation {
    const { clc, cc, now } = this.#options;
    const started = now();
    const [head] = hopsFromLog(order, [{ entry: 'sent', message: 'request', from: clc, to: cc, at: started }]);
    return {
      ...this.#head(request, order, started),
      result: 'running',
      hops: head === undefined ? [] : [{ ...head, result: 'running' }],
    };
  }

  #refused(request: OperationRequest, order: OperationOrder, cause: string): Operation {
    const { clc, cc, now } = this.#options;
    const at = now();
    const outcome: Outcome = { result: 'failed', cause };
    const log = this.#withRecord([{ entry: 'halted', from: clc, to: cc, at, outcome }]);
    return { ...this.#head(request, order, at), ...outcome, ended: at, hops: hopsFromLog(order, log) };
  }

  #head(request: OperationRequest, { vm }: OperationOrder, started: number) {
    return { id: request.id, vm, kind: request.kind, initiator: request.initiator, started, source: OWN_SOURCE };
  }

  /** The last hop of every flow. It is in the store only if the whole record is, so that it can be said beforehand. */
  #withRecord(log: readonly LogEntry[]): LogEntry[] {
    const at = this.#options.now();
    return [...log, { entry: 'acted', by: this.#options.clc, at, ended: at, outcome: { result: 'ok' } }];
  }

  #start(operation: Operation, order: OperationOrder): void {
    const logger = this.#options.logger.child({ operation: operation.id, vm: order.vm.uuid });
    const performed = this.#perform(operation, order, logger)
      .catch((error: unknown) => {
        logger.error({ err: error }, 'the operation stays recorded as running, until the OMS starts again');
      })
      .finally(() => this.#inFlight.delete(performed));
    this.#inFlight.add(performed);
  }

  async #perform(operation: Operation, order: OperationOrder, logger: Logger): Promise<void> {
    const log: LogEntry[] = [];
    const outcome = await this.#send(order, log);
    const ended: Operation = {
      ...operation,
      ...outcome,
      ended: this.#options.now(),
      hops: hopsFromLog(order, this.#withRecord(log)),
    };
    await this.#record(ended, logger);
    logger.info({ outcome, initiator: operation.initiator }, `${order.kind} recorded`);
  }

  async #send(order: OperationOrder, log: LogEntry[]): Promise<Outcome> {
    const { clc, cc, transport, ccWithinMs, now } = this.#options;
    const sentAt = now();
    log.push({ entry: 'sent', message: 'request', from: clc, to: cc, at: sentAt });
    try {
      const reply = await transport.send({ from: clc, to: cc, order, sentAt, withinMs: ccWithinMs });
      log.push(...reply.log);
      log.push({ entry: 'received', message: 'reply', from: cc, to: clc, at: now(), outcome: reply.outcome });
      return reply.outcome;
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      const outcome = outcomeOfSilence(error);
      log.push({ entry: 'halted', from: clc, to: cc, at: now(), outcome });
      return outcome;
    }
  }

  /**
   * Tries until it is written: an operation that stays recorded as running would keep its VM from every other one.
   *
   * @throws the store's error when the record could not be written before the OMS ended
   */
  async #record(operation: Operation, logger: Logger): Promise<void> {
    const { records, recordAgainMs } = this.#options;
    for (let tries = 0; ; tries += 1) {
      try {
        await records.transact((trx) => trx.store(operation));
        return;
      } catch (error) {
        const pauseMs = recordAgainMs[Math.min(tries, recordAgainMs.length - 1)];
        if (pauseMs === undefined || this.#closing.signal.aborted) throw error;
        logger.error({ err: error, againInMs: pauseMs }, 'the record could not be written');
        await this.#pause(pauseMs);
      }
    }
  }

  /** Ends early when the OMS ends: then the record is tried once more at once. */
  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal });
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    }
  }
}

const outcomeOfAsking = (admission: Admission): string =>
  admission.answer === 'refused' ? admission.code : admission.answer;

function isSame(request: OperationRequest, { vm, kind, initiator }: Operation, forced: boolean): boolean {
  return (
    request.vm === vm.uuid &&
    request.kind === kind &&
    request.initiator === initiator &&
    (request.force ?? false) === forced
  );
}
