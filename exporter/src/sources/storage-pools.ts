import {
  connect,
  RemoteError,
  type Connection,
  type ConnectOptions,
  type StoragePoolInfo,
  type StoragePoolRef,
} from '@faultline/libvirt';
import type { PoolReading } from '../snapshot.ts';
import type { Source } from './source.ts';

const EVERY_MS = 60_000;
const TIMEOUT_MS = 30_000;
/** For how long a reading waits for one pool. */
const PATIENCE_MS = 5000;
/** The end of a call that nobody waits for any more: until then it stands for the worker that libvirtd has in it. */
const CALL_TIMEOUT_MS = 24 * 3600_000;
/** libvirtd works on five calls of a client at once (max_client_requests); with these pending it still answers a list and a ping. */
const MAX_PENDING = 3;
/** More than any host has; a list that is longer is cut. */
const MAX_POOLS = 1000;

type PoolConnection = Pick<Connection, 'storage' | 'closed' | 'close'>;

/** What this source needs; tests pass their own. */
export interface StoragePoolsOptions {
  uri: string;
  connectTimeoutMs: number;
  connect?: (options: ConnectOptions) => Promise<PoolConnection>;
  everyMs?: number;
  patienceMs?: number;
}

/**
 * libvirt's storage pools, over a connection of their own: a pool whose storage hangs (libvirt holds it while it refreshes it)
 * holds up neither the cycle nor the other pools. It is not asked a second time before it has answered the first, as each
 * unanswered call holds one of libvirtd's worker threads.
 */
export function storagePoolsSource(options: StoragePoolsOptions): Source<'storagePools'> {
  const { uri, connectTimeoutMs, connect: open = connect, everyMs = EVERY_MS, patienceMs = PATIENCE_MS } = options;
  let connection: PoolConnection | null = null;
  const pending = new Map<string, Promise<StoragePoolInfo | null>>();

  async function connected(): Promise<PoolConnection> {
    if (connection !== null) return connection;
    const opened = await open({ uri, readOnly: true, connectTimeoutMs, callTimeoutMs: CALL_TIMEOUT_MS });
    connection = opened;
    void opened.closed.then(() => {
      if (connection === opened) connection = null;
    });
    return opened;
  }

  function ask(on: PoolConnection, pool: StoragePoolRef): Promise<StoragePoolInfo | null> {
    const asked = on.storage.poolInfo(pool).catch((error: unknown) => {
      // Deleted since it was listed, or libvirt cannot tell. What is the connection's failure is the reading's too.
      if (error instanceof RemoteError) return null;
      throw error;
    });
    const answer = asked.finally(() => pending.delete(pool.uuid));
    // Nobody may be waiting any more when it fails: the reading that comes next sees the connection gone.
    answer.catch(() => undefined);
    pending.set(pool.uuid, answer);
    return answer;
  }

  async function readPool(on: PoolConnection, { name, uuid }: StoragePoolRef): Promise<PoolReading> {
    const isHeldUp = pending.has(uuid) || pending.size >= MAX_PENDING;
    const answer = isHeldUp ? 'late' : await soon(ask(on, { name, uuid }), patienceMs);
    return answer === 'late'
      ? { name, uuid, info: null, timedOut: true }
      : { name, uuid, info: answer, timedOut: false };
  }

  return {
    name: 'storagePools',
    every: everyMs,
    timeoutMs: TIMEOUT_MS,
    // Not given the signal: a list that was given up would still hold its worker, and this source is not read again before it ends.
    async read() {
      const on = await connected();
      const pools = (await on.storage.listPools()).slice(0, MAX_POOLS);
      const readings: PoolReading[] = [];
      for (const pool of pools) readings.push(await readPool(on, pool));
      return readings;
    },
    async close() {
      await connection?.close();
    },
  };
}

async function soon<Value>(promise: Promise<Value>, patienceMs: number): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
    }, patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
