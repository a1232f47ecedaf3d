import { LibvirtError, RemoteError, type DomainRef } from '@faultline/libvirt';
import type { Party } from '@faultline/contracts';
import type { Logger } from 'pino';
import { taskWithinMs, type ControlDeadlines } from '../deadlines.ts';
import type { HostConnection } from '../host/host-connection.ts';
import { CannotDoError, failed, lossOf, mayBeQemuEnd, outcomeOfError, silenceOf, unknown } from '../host/outcome.ts';
import type { ControlReply, ControlRequest, LogEntry, Outcome, Task } from '../messages.ts';
import type { Exchange } from '../transport.ts';
import { told } from './acts/act.ts';
import { actOf, type Act, type AskOptions, type Given } from './acts/index.ts';
import { DomainWatch } from './domain-watch.ts';
import { followJob } from './job-progress.ts';

export interface NcOptions {
  /** The host whose VMs it acts on. */
  host: string;
  /** The way to that host's libvirtd. */
  connection: Pick<HostConnection, 'current' | 'aside'>;
  /** @throws CannotDoError where nothing may be asked of libvirt */
  mayAct: () => Promise<void>;
  destinationOf: Given['destinationOf'];
  deadlines: ControlDeadlines;
  logger: Logger;
  now: () => number;
}

/**
 * How long libvirt may take to note the end of a VM after it answered a call with it, ms. It clears away one VM after the
 * other, so that several which end at once take seconds; what does not speak of the monitor is rarely the end of a VM.
 */
const END_NOTED_MS = { monitor: 15_000, other: 1000 };

/** One order, while an NC is at it. */
interface Work {
  task: Task;
  act: Act;
  /** As the order names it; libvirt finds it by its UUID. */
  vm: DomainRef;
  exchange: Exchange;
  logger: Logger;
  /** Set once libvirt is asked: what fails before touched nothing. */
  asked: boolean;
  /** Whether the VM had a QEMU before libvirt was asked. */
  ran: boolean;
}

/** The compute node's controller: acts on the VMs of one host through its libvirtd, and answers whoever asked it. */
export class NodeController {
  readonly #options: NcOptions;

  constructor(options: NcOptions) {
    this.#options = options;
  }

  readonly answer = async (request: ControlRequest, exchange: Exchange): Promise<ControlReply> => {
    const { host, now, destinationOf } = this.#options;
    const { from, order, purpose, disks = [] } = request;
    const nc: Party = { role: 'NC', node: host };
    const log: LogEntry[] = [{ entry: 'received', message: 'request', from, to: nc, at: now() }];
    const work: Work = {
      task: order.task,
      act: actOf(order.task, { disks, destinationOf }),
      vm: { ...order.vm, id: -1 },
      exchange,
      logger: this.#options.logger.child({ operation: order.operationId, vm: order.vm.uuid, purpose }),
      asked: false,
      ran: false,
    };
    const at = now();
    const outcome = purpose === 'perform' ? await this.#perform(work) : await this.#readBack(work);
    const ended = now();
    log.push(
      purpose === 'perform'
        ? { entry: 'acted', by: nc, at, ended, outcome }
        : { entry: 'read-back', by: nc, at: ended, outcome },
    );
    log.push({ entry: 'sent', message: 'reply', from: nc, to: from, at: ended, outcome });
    return { from: nc, to: from, operationId: order.operationId, sentAt: ended, outcome, log };
  };

  async #perform(work: Work): Promise<Outcome> {
    const { host } = this.#options;
    const { task, vm, logger } = work;
    try {
      const outcome = await this.#watching(work, (watch) => this.#askAndJudge(work, watch));
      logger.info({ outcome }, `${task.kind} of ${vm.name} ended`);
      return outcome;
    } catch (error) {
      const outcome = outcomeOfError(error, { host, of: 'the VM' }, work.asked);
      logger.warn({ outcome }, `${task.kind} of ${vm.name} did not succeed`);
      return outcome;
    }
  }

  /** Watches the VM from before libvirt is asked, so that nothing that follows can be missed. */
  async #watching(work: Work, ask: (watch: DomainWatch) => Promise<Outcome>): Promise<Outcome> {
    const { connection, deadlines } = this.#options;
    const { act, vm, exchange } = work;
    const { signal } = exchange;
    const hypervisor = await connection.current();
    // Libvirt's own words where the host does not have it.
    if (act.makesVm !== true) work.ran = (await hypervisor.lookupByUuid(vm.uuid, { signal })).id >= 0;
    const reopen = () => connection.current();
    const watch = await DomainWatch.begin({ act, vm, hypervisor, reopen, readEveryMs: deadlines.readEveryMs, signal });
    try {
      return await ask(watch);
    } finally {
      await this.#end(watch, work.logger);
    }
  }

  async #askAndJudge(work: Work, watch: DomainWatch): Promise<Outcome> {
    const { connection, deadlines, host, mayAct } = this.#options;
    const { task, act, vm, exchange, logger } = work;
    const { signal, tell } = exchange;
    const options: AskOptions = { signal, timeoutMs: taskWithinMs(deadlines, task), tell, logger };
    const askedAt = performance.now();
    try {
      await connection.aside(signal, async (hypervisor) => {
        await mayAct();
        work.asked = true;
        logger.info(`asking libvirtd for ${task.kind}`);
        await act.ask(hypervisor, vm, options);
      });
      logger.info(`libvirtd accepted ${task.kind}`);
    } catch (error) {
      if (work.ran && mayBeQemuEnd(error)) return this.#withOwnEnd(error, watch);
      if (!work.asked || !(error instanceof LibvirtError) || error instanceof RemoteError) throw error;
      logger.warn({ err: error }, 'the answer was lost; reading back what came of it');
      const lostAt = performance.now();
      await watch.untilReadable({ since: lostAt, withinMs: deadlines.returnMs });
      // A guest has had its time since it was asked; libvirt has begun anew when it is back.
      const since = act.waitsFor === 'guest' ? askedAt : performance.now();
      const underWayMs = Math.max(0, options.timeoutMs - (since - askedAt));
      const outcome = await this.#judgeLost(work, watch, { since, underWayMs });
      return withWhy(lossOf(error, host), await this.#withTakenBack(outcome, work));
    }
    return watch.judge(
      act.waitsFor === 'guest'
        ? { since: askedAt, withinMs: deadlines.guestMs }
        : { since: performance.now(), withinMs: deadlines.settleMs },
    );
  }

  /** What libvirt says of a call to a QEMU that died is what its socket said; what happened is what the VM's state says. */
  async #withOwnEnd(error: unknown, watch: DomainWatch): Promise<Outcome> {
    const outcome = outcomeOfError(error, { host: this.#options.host, of: 'the VM' }, true);
    const withinMs = outcome.cause?.includes('monitor') === true ? END_NOTED_MS.monitor : END_NOTED_MS.other;
    const end = await watch.ownEnd({ since: performance.now(), withinMs });
    if (end === undefined) return outcome;
    return failed(`the VM ended meanwhile and is ${told(end)}; libvirt says: ${outcome.cause ?? ''}`);
  }

  /** What cannot be taken back is said to be there. */
  async #withTakenBack(outcome: Outcome, { act, vm, exchange, logger }: Work): Promise<Outcome> {
    if (outcome.result !== 'failed' || act.takeBack === undefined) return outcome;
    const { connection, mayAct } = this.#options;
    const { signal } = exchange;
    try {
      const taken = await connection.aside(signal, async (hypervisor) => {
        await mayAct();
        return await act.takeBack?.(hypervisor, vm, { signal });
      });
      return taken === undefined ? outcome : { ...outcome, cause: `${outcome.cause ?? ''}; ${taken}` };
    } catch (error) {
      if (!(error instanceof LibvirtError || error instanceof CannotDoError)) throw error;
      logger.warn({ err: error }, 'what was left of it could not be taken back');
      return { ...outcome, cause: `${outcome.cause ?? ''}; that could not be taken back: ${error.message}` };
    }
  }

  /** Nothing is asked of libvirt but what it knows. A host that is away is waited for. */
  async #readBack(work: Work): Promise<Outcome> {
    const { connection, deadlines, host } = this.#options;
    const { act, vm, exchange, logger } = work;
    const { signal } = exchange;
    const since = performance.now();
    const watch = DomainWatch.afterwards({
      act,
      vm,
      reopen: () => connection.current(),
      readEveryMs: deadlines.readEveryMs,
      signal,
    });
    try {
      await watch.untilReadable({ since, withinMs: deadlines.readBackMs });
      const underWayMs = taskWithinMs(deadlines, work.task);
      const outcome = await this.#judgeLost(work, watch, { since: performance.now(), underWayMs });
      logger.info({ outcome }, `${work.task.kind} of ${vm.name} was read back`);
      return outcome;
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      logger.warn({ err: error }, 'what came of the operation could not be read back');
      return unknown(`${silenceOf(error, host)}; what came of it could not be read back`);
    }
  }

  /** Judges by what is seen alone. While libvirt is seen at work, its end is waited for, and how far it is told. */
  async #judgeLost(
    { act, vm, exchange, logger }: Work,
    watch: DomainWatch,
    { since, underWayMs }: { since: number; underWayMs: number },
  ): Promise<Outcome> {
    const { connection, deadlines } = this.#options;
    const { signal, tell } = exchange;
    const over = new AbortController();
    const followed = { begun: false };
    let progress: Promise<void> = Promise.resolve();
    const follow = (): void => {
      if (followed.begun) return;
      followed.begun = true;
      progress = connection
        .aside(over.signal, (hypervisor) => followJob({ hypervisor, vm, tell, logger, signal: over.signal }))
        .catch((error: unknown) => {
          if (!over.signal.aborted) logger.warn({ err: error }, 'how far the job is cannot be told');
        });
    };
    const withinMs = act.waitsFor === 'guest' ? deadlines.guestMs : deadlines.settleMs;
    try {
      return await watch.judgeLost({ since, withinMs, underWayMs, onUnderWay: follow });
    } finally {
      over.abort(signal.reason);
      await progress;
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

/** A cause says first why the outcome had to be read back. */
function withWhy(why: string, outcome: Outcome): Outcome {
  return outcome.result === 'ok' ? outcome : { ...outcome, cause: `${why}; ${outcome.cause ?? ''}` };
}
