import { inOrder, readStatus, readVms, type Status, type Vm } from './records.ts';

/** What the page knows of the OMS now. Once answered, `status` and `vms` stay while the OMS is away. */
export interface Feed {
  status?: Status;
  vms?: Vm[];
  /** Set while the OMS does not answer: since when (ms since the epoch, this browser's clock) and why. */
  failure?: { since: number; reason: string };
}

interface FeedOptions {
  fetch?: typeof globalThis.fetch;
  now?: () => number;
  /** Time between the end of one question and the next, in ms. */
  intervalMs?: number;
  /** The same while there is no VM to show yet, and a person waits for the first. */
  emptyIntervalMs?: number;
  /** An answer that takes longer counts as none, in ms. */
  deadlineMs?: number;
}

/** A page with a longer list is no help; the search of the OMS is. */
const MOST_VMS = 10_000;

/** News come in batches, as of a host's VMs. */
const HASTENED_MS = 500;

/** Asks the OMS again and again who it is and which VMs it knows, and tells its listeners. Never gives up. */
export class OmsFeed {
  private feed: Feed = {};
  private readonly listeners = new Set<() => void>();
  private readonly options: Required<FeedOptions>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hastened: ReturnType<typeof setTimeout> | undefined;

  constructor(options: FeedOptions = {}) {
    this.options = {
      fetch: (input, init) => globalThis.fetch(input, init),
      now: () => Date.now(),
      intervalMs: 5_000,
      emptyIntervalMs: 1_000,
      deadlineMs: 10_000,
      ...options,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Feed => this.feed;

  /** Asks once, then again some time after each answer, until {@link stop}. */
  async start(): Promise<void> {
    await this.ask();
    const { intervalMs, emptyIntervalMs } = this.options;
    const waits = this.feed.failure === undefined && this.feed.vms?.length === 0;
    this.timer = setTimeout(() => void this.start(), waits ? emptyIntervalMs : intervalMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Asks soon, as news say that something changed; what is told at once is one question. */
  hasten(): void {
    this.hastened ??= setTimeout(() => {
      this.hastened = undefined;
      void this.ask();
    }, HASTENED_MS);
  }

  /** Asks once. Does not reject: what went wrong becomes the feed's `failure`. */
  async ask(): Promise<void> {
    try {
      const [status, vms] = await Promise.all([this.get('/api/v1/status'), this.allVms()]);
      this.tell({ status: readStatus(status), vms: inOrder(vms) });
    } catch (reason) {
      const since = this.feed.failure?.since ?? this.options.now();
      this.tell({ ...this.feed, failure: { since, reason: reasonText(reason, this.options.deadlineMs) } });
    }
  }

  /** Every VM, page by page. */
  private async allVms(): Promise<Vm[]> {
    const vms: Vm[] = [];
    let next: string | null = null;
    do {
      const page = readVms(await this.get(next === null ? '/api/v1/vms' : `/api/v1/vms?cursor=${next}`));
      vms.push(...page.vms);
      next = page.next;
    } while (next !== null && vms.length < MOST_VMS);
    return vms;
  }

  private async get(url: string): Promise<unknown> {
    const response = await this.options.fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(this.options.deadlineMs),
    });
    if (!response.ok) {
      throw new Error(`${url} answered ${response.status} ${response.statusText}`.trim());
    }
    return (await response.json()) as unknown;
  }

  private tell(feed: Feed): void {
    this.feed = feed;
    this.listeners.forEach((listener) => listener());
  }
}

function reasonText(reason: unknown, deadlineMs: number): string {
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return `no answer within ${deadlineMs / 1000} s`;
  }
  if (reason instanceof TypeError) {
    return 'no connection';
  }
  return reason instanceof Error ? reason.message : String(reason);
}
