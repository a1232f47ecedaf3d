import type { StatsGroup } from '../domain.ts';
import type { NodeInfo } from '../host.ts';
import type { FakeDomainOptions } from './fake-domain.ts';
import type { FakePoolOptions } from './fake-pool.ts';

/**
 * Where migrated domains go: the RemoteError that it throws or rejects with is why the destination refuses. By default
 * every destination takes them at once.
 */
export type FakeMigration = (domain: FakeDomainOptions, destination: string) => void | Promise<void>;

export interface FakeHostOptions {
  hostname?: string;
  libVersion?: string;
  /** Default `QEMU`. */
  hypervisorType?: string;
  hypervisorVersion?: string;
  /** Default: made from the hostname. */
  hostUuid?: string;
  /** Of all CPUs together, ns. */
  cpuStats?: Record<string, bigint>;
  /** Of the whole host, KiB. */
  memoryStats?: Record<string, bigint>;
  storagePools?: readonly FakePoolOptions[];
  nodeInfo?: Partial<NodeInfo>;
  /** The statistics that the driver has. Default: all. */
  statsGroups?: readonly StatsGroup[];
  /** The daemon is of a time when this was the newest virDomainEventID. Default: it knows all. */
  newestEventId?: number;
  migrateTo?: FakeMigration;
}

export const defaultNodeInfo: NodeInfo = {
  model: 'x86_64',
  memoryKib: 16 * 1024 * 1024,
  cpus: 8,
  mhz: 2_600,
  numaNodes: 1,
  socketsPerNode: 1,
  coresPerSocket: 4,
  threadsPerCore: 2,
};

export const defaultCpuStats = { kernel: 100_000_000_000n, user: 200_000_000_000n, idle: 900_000_000_000n, iowait: 0n };
export const defaultMemoryStats = { total: 16_777_216n, free: 8_388_608n, buffers: 0n, cached: 1_048_576n };
