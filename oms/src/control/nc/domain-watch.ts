import { LibvirtError, RemoteError, type DomainRef, type Subscription } from '@faultline/libvirt';
import type { Hypervisor } from '../host/hypervisor.ts';
import { unknown } from '../host/outcome.ts';
import type { Outcome } from '../messages.ts';
import { brokeDown, isOff } from './acts/act.ts';
import type { Act, Sight } from './acts/index.ts';

interface WatchOptions {
  act: Act;
  vm: DomainRef;
  /** Gives the connection that is open now, which is another one after a loss. */
  reopen: () => Promise<Hypervisor>;
  /** The state is read at least this often, ms; events only make it sooner. */
  readEveryMs: number;
  signal: AbortSignal;
}

/** From when a wait counts, as `performance.now()` gives it (it must not end because the clock was set), and how long, ms. */
interface Wait {
  since: number;
  withinMs: number;
}

const leftOf = ({ since, withinMs }: Wait): number => since + withinMs - performance.now();

/** Watches one VM until it is clear what came of an act. */
export class DomainWatch {
  readonly #options: WatchOptions;
  readonly #news = new EventTarget();
  /** The connection that tells events; undefined when none were subscribed to before the act. */
  #told: Hypervisor | undefined;
  #subscription: Subscription | undefined;
  #unread = false;
  #rebooted = false;
  #eventsMissed = false;
  /** Whether nobody heard how the call ended, so that one may still be inside QEMU. */
  #lost = false;

  private constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Subscribes before libvirt is asked, so that nothing that follows the act can be missed. @throws LibvirtError */
  static async begin(options: WatchOptions & { hypervisor: Hypervisor }): Promise<DomainWatch> {
    const { vm, hypervisor, signal } = options;
    const watch = new DomainWatch(options);
    watch.#told = hypervisor;
    watch.#subscription = await hypervisor.subscribe({
      signal,
      onEvent: (event) => {
        if (event.domain.uuid !== vm.uuid) return;
        if (event.kind === 'reboot') watch.#rebooted = true;
        watch.#unread = true;
        watch.#news.dispatchEvent(new Event('news'));
      },
    });
    return watch;
  }

  /** For an act of before: its events are gone. */
  static afterwards(options: WatchOptions): DomainWatch {
    return new DomainWatch(options);
  }

  /**
   * Reads the VM until the act's judgement falls or the wait is over. A connection lost meanwhile is opened again: only the
   * events of that time are gone, not the VM.
   *
   * @throws LibvirtError when the last reading in time failed too, so that nothing is known
   */
  judge(wait: Wait): Promise<Outcome> {
    return this.#judge(wait, (sight) => this.#options.act.late(sight, wait.withinMs));
  }

  /**
   * The same where nobody heard how the call ended: in the end what is seen tells by itself.
   *
   * @param wait.underWayMs how long it is waited for libvirt that is seen at work, ms
   */
  judgeLost(wait: Wait & { underWayMs: number; onUnderWay: () => void }): Promise<Outcome> {
    const { act } = this.#options;
    this.#lost = true;
    return this.#judge(
      wait,
      (sight) => act.judgeAfter(sight),
      (sight) => {
        if (act.underWay?.(sight) !== true) return wait;
        wait.onUnderWay();
        return { since: wait.since, withinMs: wait.withinMs + wait.underWayMs };
      },
    );
  }

  /**
   * What is seen of a VM that ended by itself. libvirt answers the calls to a QEMU that died a moment before it notes that
   * the VM is off, so that it is waited for; undefined when nothing of it was seen in time.
   */
  async ownEnd(wait: Wait): Promise<Sight | undefined> {
    for (;;) {
      this.#unread = false;
      const sight = await this.#look();
      if (!(sight instanceof LibvirtError) && endedByItself(sight)) return sight;
      const leftMs = leftOf(wait);
      if (leftMs <= 0 || this.#options.signal.aborted) return undefined;
      await this.#newsWithin(leftMs);
    }
  }

  /** Resolves when the VM's host can be read. @throws LibvirtError when it could not be read in time */
  async untilReadable(wait: Wait): Promise<void> {
    const { signal } = this.#options;
    for (;;) {
      const sight = await this.#look();
      if (!(sight instanceof LibvirtError)) return;
      const leftMs = leftOf(wait);
      if (leftMs <= 0 || signal.aborted) throw sight;
      await this.#newsWithin(leftMs);
    }
  }

  /** @throws LibvirtError when the connection that carried the subscription is gone */
  async end(): Promise<void> {
    await this.#subscription?.unsubscribe();
  }

  async #judge(
    wait: Wait,
    late: (sight: Sight) => Outcome,
    waitFor: (sight: Sight) => Wait = () => wait,
  ): Promise<Outcome> {
    const { act, signal } = this.#options;
    for (;;) {
      if (signal.aborted) return unknown(`nobody waits for it any more: ${String(signal.reason)}`);
      this.#unread = false;
      const sight = await this.#look();
      const isRead = !(sight instanceof LibvirtError);
      const outcome = isRead ? act.judge(sight) : undefined;
      if (outcome !== undefined) return outcome;
      const leftMs = leftOf(isRead ? waitFor(sight) : wait);
      if (leftMs > 0) await this.#newsWithin(leftMs);
      else if (isRead) return late(sight);
      else throw sight;
    }
  }

  async #look(): Promise<Sight | LibvirtError> {
    const { act, vm, reopen, signal } = this.#options;
    try {
      const hypervisor = await reopen();
      if (hypervisor !== this.#told) this.#eventsMissed = true;
      const seen = { rebooted: this.#rebooted, eventsMissed: this.#eventsMissed };
      const state = await stateOf(hypervisor, vm, signal);
      const occupied = this.#lost && (await isOccupied(hypervisor, vm, signal));
      return { ...seen, state, occupied, ...(await act.look?.(hypervisor, vm, { signal })) };
    } catch (error) {
      if (error instanceof LibvirtError) return error;
      throw error;
    }
  }

  async #newsWithin(leftMs: number): Promise<void> {
    if (this.#unread) return;
    const { readEveryMs, signal } = this.#options;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#news.removeEventListener('news', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(leftMs, readEveryMs));
      this.#news.addEventListener('news', done, { once: true });
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** A transient VM is gone then; of one that moved, the destination knows. */
const endedByItself = (sight: Sight): boolean =>
  brokeDown(sight) || (sight.state === 'gone' && (sight.there === undefined || isOff(sight.there)));

async function stateOf(hypervisor: Hypervisor, vm: DomainRef, signal: AbortSignal): Promise<Sight['state']> {
  try {
    return await hypervisor.domainState(vm, { signal });
  } catch (error) {
    if (error instanceof RemoteError && error.codeName === 'VIR_ERR_NO_DOMAIN') return 'gone';
    throw error;
  }
}

/** Whether a call is inside its QEMU. One that is off has none. */
async function isOccupied(hypervisor: Hypervisor, vm: DomainRef, signal: AbortSignal): Promise<boolean> {
  try {
    const { state } = await hypervisor.domainControlInfo(vm, { signal });
    return state !== 'ok';
  } catch (error) {
    if (error instanceof RemoteError) return false;
    throw error;
  }
}
