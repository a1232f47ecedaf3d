import type { Connection, ConnectOptions } from '@faultline/libvirt';

/** What the guests' prober needs of a read-write libvirt connection; tests pass their own. */
export type AgentConnection = Pick<
  Connection,
  | 'closed'
  | 'close'
  | 'destroy'
  | 'agentCommand'
  | 'domainState'
  | 'domainControlInfo'
  | 'domainStats'
  | 'domainJobStats'
  | 'domainXml'
>;

export type ConnectToAgents = (options: ConnectOptions) => Promise<AgentConnection>;

export interface AgentConnectionsOptions {
  connect: ConnectToAgents;
  uri: string;
  /** How many guests are asked at once, each on a connection of its own. */
  limit: number;
}

/** For a connection to come about, and the calls on it that no guest can hold up. */
export const CONNECT_TIMEOUT_MS = 5000;

interface Waiting {
  silent: boolean;
  begin: (lease: Lease) => void;
}

/** The right to ask one guest, until it is given back. */
export interface Lease {
  connection(signal: AbortSignal): Promise<AgentConnection>;
  /** `abandoned`: a call on the connection was not waited for, so that it is of no use to the next one. */
  release(options: { abandoned: boolean }): void;
}

/**
 * A bounded number of connections, each for one guest at a time: a call that a frozen agent holds up (5 s and more, whatever
 * its deadline) then stands in nobody's way. Guests that were silent last time share half of them, so that however many
 * guests hang, there are connections left for the others.
 */
export class AgentConnections {
  readonly #options: AgentConnectionsOptions;
  readonly #idle: AgentConnection[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #open = new Set<AgentConnection>();
  #leased = 0;
  #leasedToSilent = 0;

  constructor(options: AgentConnectionsOptions) {
    this.#options = options;
  }

  /** Resolves when it is this guest's turn. Rejects with the signal's reason. */
  lease({ silent, signal }: { silent: boolean; signal: AbortSignal }): Promise<Lease> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new Error('given up', { cause: signal.reason }));
      };
      // The signal outlives the lease by many rounds: it must not collect listeners.
      const begin = (lease: Lease): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(lease);
      };
      const waiting: Waiting = { silent, begin };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#next();
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.#open, (connection) => connection.close()));
  }

  #next(): void {
    const { limit } = this.#options;
    const ofSilent = Math.max(1, Math.floor(limit / 2));
    while (this.#leased < limit) {
      const index = this.#waiting.findIndex(({ silent }) => !silent || this.#leasedToSilent < ofSilent);
      const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (waiting === undefined) return;
      this.#leased += 1;
      if (waiting.silent) this.#leasedToSilent += 1;
      waiting.begin(this.#leaseFor(waiting.silent));
    }
  }

  #leaseFor(silent: boolean): Lease {
    let used: AgentConnection | undefined;
    return {
      connection: async (signal) => (used ??= await this.#connect(signal)),
      release: ({ abandoned }) => {
        this.#leased -= 1;
        if (silent) this.#leasedToSilent -= 1;
        if (used !== undefined && this.#open.has(used)) {
          if (abandoned) used.destroy();
          else this.#idle.push(used);
        }
        this.#next();
      },
    };
  }

  async #connect(signal: AbortSignal): Promise<AgentConnection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (this.#open.has(idle)) return idle;
    }
    const { connect, uri } = this.#options;
    const connection = await connect({
      uri,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      callTimeoutMs: CONNECT_TIMEOUT_MS,
      signal,
    });
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
    return connection;
  }
}
