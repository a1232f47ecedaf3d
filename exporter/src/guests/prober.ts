import type { DomainRef } from '@faultline/libvirt';
import { waitMs, withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import { AgentConnections, CONNECT_TIMEOUT_MS, type AgentConnection, type ConnectToAgents } from './connections.ts';
import { GuestWatch, type GuestWatchOptions } from './guest-watch.ts';
import type { GuestReport } from './report.ts';

/** How often it is looked which VMs there are: a new one waits for so long at most. */
const MAX_LIST_INTERVAL_MS = 15_000;
/** A report that has not been renewed for so many intervals says nothing of the present any more. */
const MAX_REPORT_AGE_INTERVALS = 3;

export interface GuestProberOptions extends Omit<GuestWatchOptions, 'connections'> {
  connect: ConnectToAgents;
  /** A read-write libvirtd. */
  uri: string;
  /** VMs that are asked at once. */
  parallel: number;
  log: Logger;
}

/**
 * Asks the agents of all running VMs on a schedule of its own (D1, D18): each VM once in every interval, at its own moment in it,
 * with one program at a time and within its own time. A guest that hangs costs itself its results, and nobody else anything.
 */
export class GuestProber {
  readonly #options: GuestProberOptions;
  readonly #connections: AgentConnections;
  readonly #stop = new AbortController();
  readonly #watches = new Map<string, { watch: GuestWatch; end: AbortController; done: Promise<void> }>();
  /** The list has a connection of its own: it must not wait for a guest. */
  #listing: AgentConnection | null = null;
  /** Why the VMs could not be listed, while they cannot. */
  #failure: string | null = null;
  #running: Promise<void> | null = null;

  constructor(options: GuestProberOptions) {
    this.#options = options;
    const { connect, uri, parallel } = options;
    this.#connections = new AgentConnections({ connect, uri, limit: parallel });
  }

  /** Begins, unless it has. */
  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all([this.#listing?.close(), this.#connections.close()]);
  }

  /** What the latest rounds found. @throws Error while libvirtd cannot be asked for its VMs */
  reports(): GuestReport[] {
    if (this.#failure !== null) throw new Error(this.#failure);
    const { now, intervalMs, timeoutMs } = this.#options;
    const oldest = now() - MAX_REPORT_AGE_INTERVALS * intervalMs - timeoutMs;
    return Array.from(this.#watches.values(), ({ watch }) => watch.report).filter(
      (report): report is GuestReport => report !== null && report.at >= oldest,
    );
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const everyMs = Math.min(MAX_LIST_INTERVAL_MS, this.#options.intervalMs / 2);
    while (!signal.aborted) {
      await this.#list(signal);
      await waitMs(everyMs, signal);
    }
    for (const { end } of this.#watches.values()) end.abort();
    await Promise.all(Array.from(this.#watches.values(), ({ done }) => done));
  }

  /** D2, without asking any VM: nothing of it enters a monitor. */
  async #list(signal: AbortSignal): Promise<void> {
    const { connect, uri, log } = this.#options;
    try {
      const records = await withDeadline(signal, 2 * CONNECT_TIMEOUT_MS, async (either) => {
        this.#listing ??= await connect({ uri, connectTimeoutMs: CONNECT_TIMEOUT_MS, signal: either });
        return this.#listing.domainStats({ groups: ['state'], flags: { active: true } }, { signal: either });
      });
      this.#failure = null;
      this.#watchOver(records.map(({ domain }) => domain));
    } catch (error) {
      this.#listing?.destroy();
      this.#listing = null;
      if (signal.aborted) return;
      const failure = `the VMs cannot be listed at libvirt.agent-uri: ${messageOf(error)}`;
      if (this.#failure !== failure) log.warn({ uri, error: messageOf(error) }, 'no guest agent can be asked');
      this.#failure = failure;
    }
  }

  #watchOver(refs: readonly DomainRef[]): void {
    const listed = new Set(refs.map(({ uuid }) => uuid));
    for (const [uuid, { end }] of this.#watches) {
      if (listed.has(uuid)) continue;
      end.abort();
      this.#watches.delete(uuid);
    }
    for (const ref of refs) {
      const known = this.#watches.get(ref.uuid);
      if (known) known.watch.domain = ref;
      else this.#begin(ref);
    }
  }

  #begin(ref: DomainRef): void {
    const end = new AbortController();
    const watch = new GuestWatch(ref, { ...this.#options, connections: this.#connections });
    this.#watches.set(ref.uuid, { watch, end, done: watch.run(AbortSignal.any([end.signal, this.#stop.signal])) });
  }
}
