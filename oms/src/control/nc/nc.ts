import { LibvirtError } from '@faultline/libvirt';
import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import type { ControlReply, ControlRequest, LogEntry, OperationOrder, Outcome } from '../messages.ts';
import { actOf } from './acts.ts';
import { DomainWatch } from './domain-watch.ts';
import type { HypervisorConnection } from './hypervisor.ts';
import { outcomeOfError } from './outcome.ts';

/** How long an NC gives those it depends on, ms. */
interface NcPatience {
  /** For the guest to shut down or reboot after it was asked to; also the deadline of the call that asks. */
  guestMs: number;
  /** For the VM to be seen in its new state after libvirt did something by itself. */
  settleMs: number;
  readEveryMs: number;
}

export interface NcOptions {
  /** The host whose VMs it acts on. */
  host: string;
  /** The connection to that host's libvirtd, opened again where it was lost. */
  connection: { current(): Promise<HypervisorConnection> };
  patience: NcPatience;
  logger: Logger;
  now: () => number;
}

/** The compute node's controller: acts on the VMs of one host through its libvirtd, and answers whoever asked it. */
export class NodeController {
  readonly #options: NcOptions;

  constructor(options: NcOptions) {
    this.#options = options;
  }

  readonly answer = async (request: ControlRequest, signal: AbortSignal): Promise<ControlReply> => {
    const { host, now } = this.#options;
    const { from, order } = request;
    const nc: Party = { role: 'NC', node: host };
    const log: LogEntry[] = [{ entry: 'received', message: 'request', from, to: nc, at: now() }];
    const at = now();
    const outcome = await this.#act(order, signal);
    const ended = now();
    log.push({ entry: 'acted', by: nc, at, ended, outcome });
    log.push({ entry: 'sent', message: 'reply', from: nc, to: from, at: ended, outcome });
    return { from: nc, to: from, operationId: order.operationId, sentAt: ended, outcome, log };
  };

  async #act(order: OperationOrder, signal: AbortSignal): Promise<Outcome> {
    const { host, connection, patience } = this.#options;
    const logger = this.#options.logger.child({ operation: order.operationId, vm: order.vm.uuid });
    const act = actOf(order);
    let asked = false;
    try {
      const hypervisor = await connection.current();
      const vm = await hypervisor.lookupByUuid(order.vm.uuid, { signal });
      const reopen = () => connection.current();
      const watch = await DomainWatch.begin({
        vm,
        hypervisor,
        reopen,
        readEveryMs: patience.readEveryMs,
        signal,
      });
      try {
        asked = true;
        const askedAt = performance.now();
        logger.info({ force: order.force }, `asking libvirtd to ${order.kind} the VM`);
        await act.ask(hypervisor, vm, { signal, timeoutMs: patience.guestMs });
        const outcome = await watch.judge(
          act,
          act.waitsFor === 'guest'
            ? { since: askedAt, withinMs: patience.guestMs }
            : { since: performance.now(), withinMs: patience.settleMs },
        );
        logger.info({ outcome }, `${order.kind} ended`);
        return outcome;
      } finally {
        await this.#end(watch, logger);
      }
    } catch (error) {
      const outcome = outcomeOfError(error, host, asked);
      logger.warn({ outcome }, `${order.kind} did not succeed`);
      return outcome;
    }
  }

  /** A subscription that cannot be ended went down with its connection; the order's outcome does not depend on it. */
  async #end(watch: DomainWatch, logger: Logger): Promise<void> {
    try {
      await watch.end();
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      logger.debug({ err: error }, 'the subscription to events was not ended');
    }
  }
}
