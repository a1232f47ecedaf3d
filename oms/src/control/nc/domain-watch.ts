import { LibvirtError, RemoteError, type DomainRef, type Subscription } from '@faultline/libvirt';
import type { Outcome } from '../messages.ts';
import type { Act, Sight } from './acts.ts';
import type { Hypervisor } from './hypervisor.ts';

export interface DomainWatchOptions {
  vm: DomainRef;
  hypervisor: Hypervisor;
  /** Gives the connection that is open now, which is another one after a loss. */
  reopen: () => Promise<Hypervisor>;
  /** The state is read at least this often, ms; events only make it sooner. */
  readEveryMs: number;
  signal: AbortSignal;
}

/** Watches one VM from before libvirt is asked to act on it until it is clear what came of it. */
export class DomainWatch {
  readonly #options: DomainWatchOptions;
  readonly #news = new EventTarget();
  #subscription: Subscription | undefined;
  #unread = false;
  #rebooted = false;
  #eventsMissed = false;

  private constructor(options: DomainWatchOptions) {
    this.#options = options;
  }

  /** Subscribes first, so that nothing that follows the act can be missed. @throws LibvirtError */
  static async begin(options: DomainWatchOptions): Promise<DomainWatch> {
    const { vm, hypervisor, signal } = options;
    const watch = new DomainWatch(options);
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

  /**
   * Reads the VM's state until the act's judgement falls or `withinMs` since `since` are over. A connection lost
   * meanwhile is opened again: only the events of that time are gone, not the VM.
   *
   * @param wait.since as `performance.now()` gives it: a wait must not end because the clock was set
   *
   * @throws LibvirtError when the last reading in time failed too, so that nothing is known
   */
  async judge(act: Act, { since, withinMs }: { since: number; withinMs: number }): Promise<Outcome> {
    const { signal, readEveryMs } = this.#options;
    for (;;) {
      if (signal.aborted) return { result: 'timeout', cause: `nobody waits for it any more: ${String(signal.reason)}` };
      this.#unread = false;
      const sight = await this.#look();
      const outcome = sight instanceof LibvirtError ? undefined : act.judge(sight);
      if (outcome !== undefined) return outcome;
      const leftMs = since + withinMs - performance.now();
      if (leftMs > 0) {
        await this.#newsWithin(Math.min(leftMs, readEveryMs));
      } else if (sight instanceof LibvirtError) {
        throw sight;
      } else {
        return act.late(sight, withinMs);
      }
    }
  }

  /** @throws LibvirtError when the connection that carried the subscription is gone */
  async end(): Promise<void> {
    await this.#subscription?.unsubscribe();
  }

  async #look(): Promise<Sight | LibvirtError> {
    const { vm, hypervisor, reopen, signal } = this.#options;
    try {
      const current = await reopen();
      if (current !== hypervisor) this.#eventsMissed = true;
      const state = await current.domainState(vm, { signal });
      return { state, rebooted: this.#rebooted, eventsMissed: this.#eventsMissed };
    } catch (error) {
      if (error instanceof RemoteError && error.codeName === 'VIR_ERR_NO_DOMAIN') {
        return { state: 'gone', rebooted: this.#rebooted, eventsMissed: this.#eventsMissed };
      }
      if (error instanceof LibvirtError) return error;
      throw error;
    }
  }

  async #newsWithin(ms: number): Promise<void> {
    if (this.#unread) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#news.removeEventListener('news', done);
        this.#options.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#news.addEventListener('news', done, { once: true });
      this.#options.signal.addEventListener('abort', done, { once: true });
    });
  }
}
