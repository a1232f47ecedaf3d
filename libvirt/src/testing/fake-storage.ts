import { poolListBit } from '../storage-bits.ts';
import type { StoragePoolListFlags, StoragePoolRef, StoragePoolState } from '../storage.ts';
import { passesFilters, type FilterGroup } from './fake-filters.ts';
import { daemonError, fromStorage } from './fake-errors.ts';
import { uuidFromName } from './fake-domain.ts';

export interface FakePoolOptions {
  name: string;
  /** Default: made from the name, the same every time. */
  uuid?: string;
  /** Default `running`. */
  state?: StoragePoolState;
  capacityBytes?: number;
  allocationBytes?: number;
  /** Default true. */
  autostart?: boolean;
}

/** One scripted storage pool, of type dir. */
export class FakePool {
  readonly ref: StoragePoolRef;
  state: StoragePoolState;
  autostart: boolean;
  readonly #capacity: bigint;
  readonly #allocation: bigint;

  constructor({ name, uuid, state, capacityBytes, allocationBytes, autostart }: FakePoolOptions) {
    this.ref = { name, uuid: uuid?.toLowerCase() ?? uuidFromName(`pool ${name}`) };
    this.state = state ?? 'running';
    this.autostart = autostart ?? true;
    this.#capacity = BigInt(capacityBytes ?? 10 * 2 ** 30);
    this.#allocation = BigInt(allocationBytes ?? 2 ** 30);
  }

  get active(): boolean {
    return this.state !== 'inactive';
  }

  get info(): { capacity: bigint; allocation: bigint; available: bigint } {
    if (!this.active) return { capacity: 0n, allocation: 0n, available: 0n };
    return {
      capacity: this.#capacity,
      allocation: this.#allocation,
      available: this.#capacity - this.#allocation,
    };
  }
}

/** Filters of one line widen each other; lines narrow (virConnectListAllStoragePools). */
const filterGroups: readonly FilterGroup<StoragePoolListFlags, FakePool>[] = [
  { active: ({ active }) => active, inactive: ({ active }) => !active },
  { persistent: () => true, transient: () => false },
  { autostart: ({ autostart }) => autostart, noAutostart: ({ autostart }) => !autostart },
  {
    dir: () => true,
    ...Object.fromEntries(
      (['fs', 'netfs', 'logical', 'disk', 'iscsi', 'scsi', 'mpath', 'rbd', 'gluster', 'zfs'] as const).map((type) => [
        type,
        () => false,
      ]),
    ),
  },
];

/** The host's storage pools. */
export class FakeStorage {
  readonly #pools = new Map<string, FakePool>();

  constructor(pools: readonly FakePoolOptions[] = []) {
    for (const pool of pools) this.add(pool);
  }

  add(options: FakePoolOptions): FakePool {
    const pool = new FakePool(options);
    this.#pools.set(pool.ref.uuid, pool);
    return pool;
  }

  list(flags: number): FakePool[] {
    return [...this.#pools.values()].filter((pool) => passesFilters(pool, filterGroups, { bits: poolListBit, flags }));
  }

  /** Throws VIR_ERR_NO_STORAGE_POOL, as the daemon would. */
  byUuid(uuid: string): FakePool {
    const pool = this.#pools.get(uuid.toLowerCase());
    if (!pool)
      throw daemonError(49, `Storage pool not found: no storage pool with matching uuid '${uuid}'`, fromStorage);
    return pool;
  }
}
