import { poolListBit } from '../storage-bits.ts';
import type { StoragePoolListFlags, StorageVolumeRef } from '../storage.ts';
import { refused, storageError } from './fake-errors.ts';
import { passesFilters, type FilterGroup } from './fake-filters.ts';
import { FakePool, type FakePoolOptions, type FakeVolume } from './fake-pool.ts';

const otherTypes = [
  'fs',
  'netfs',
  'logical',
  'disk',
  'iscsi',
  'scsi',
  'mpath',
  'rbd',
  'sheepdog',
  'gluster',
  'zfs',
  'vstorage',
  'iscsiDirect',
] as const;

/** virConnectListAllStoragePools. */
const filterGroups: readonly FilterGroup<StoragePoolListFlags, FakePool>[] = [
  { active: ({ active }) => active, inactive: ({ active }) => !active },
  { persistent: ({ persistent }) => persistent, transient: ({ persistent }) => !persistent },
  { autostart: ({ autostart }) => autostart, noAutostart: ({ autostart }) => !autostart },
  { dir: () => true, ...Object.fromEntries(otherTypes.map((type) => [type, () => false])) },
];

/** The host's storage pools, all of type dir. */
export class FakeStorage {
  readonly #pools = new Map<string, FakePool>();

  constructor(pools: readonly FakePoolOptions[] = []) {
    for (const pool of pools) this.#add(pool);
  }

  list(flags: number): FakePool[] {
    const filter = { bits: poolListBit, flags };
    return [...this.#pools.values()].filter((pool) => passesFilters(pool, filterGroups, filter));
  }

  /** Throws VIR_ERR_NO_STORAGE_POOL, as the daemon would. */
  pool(what: string, matches: (pool: FakePool) => boolean): FakePool {
    const found = [...this.#pools.values()].find(matches);
    if (!found) throw storageError(49, `Storage pool not found: no storage pool with matching ${what}`);
    return found;
  }

  byUuid(uuid: string): FakePool {
    return this.pool(`uuid '${uuid}'`, ({ ref }) => ref.uuid === uuid.toLowerCase());
  }

  byName(name: string): FakePool {
    return this.pool(`name '${name}'`, ({ ref }) => ref.name === name);
  }

  /** Throws VIR_ERR_OPERATION_INVALID for a pool that is not active. */
  active(uuid: string): FakePool {
    const pool = this.byUuid(uuid);
    if (!pool.active) throw refused(`storage pool '${pool.ref.name}' is not active`);
    return pool;
  }

  inactive(uuid: string): FakePool {
    const pool = this.byUuid(uuid);
    if (pool.active) throw refused(`storage pool '${pool.ref.name}' is active`);
    return pool;
  }

  /** From XML; a persistent one is known and not started, a transient one runs. */
  define(xml: string, { persistent }: { persistent: boolean }): FakePool {
    const name = /<name>([^<]+)<\/name>/.exec(xml)?.[1];
    if (!name) throw storageError(27, 'XML error: missing pool source name element');
    const known = [...this.#pools.values()].find(({ ref }) => ref.name === name);
    if (known && !persistent) throw storageError(9, `operation failed: pool '${name}' already exists`);
    if (known) return known;
    const uuid = /<uuid>([^<]+)<\/uuid>/.exec(xml)?.[1];
    const path = /<path>([^<]+)<\/path>/.exec(xml)?.[1];
    const state = persistent ? 'inactive' : 'running';
    return this.#add({ name, state, autostart: false, persistent, ...(uuid && { uuid }), ...(path && { path }) });
  }

  remove(pool: FakePool): void {
    this.#pools.delete(pool.ref.uuid);
  }

  /** The volume and its pool. Throws VIR_ERR_NO_STORAGE_VOL, as the daemon would. */
  volume(what: string, matches: (volume: FakeVolume) => boolean): { pool: FakePool; volume: FakeVolume } {
    for (const pool of this.#pools.values()) {
      const volume = pool.active ? [...pool.volumes.values()].find(matches) : undefined;
      if (volume) return { pool, volume };
    }
    throw storageError(50, `Storage volume not found: no storage vol with matching ${what}`);
  }

  volumeOf({ pool, name }: StorageVolumeRef): { pool: FakePool; volume: FakeVolume } {
    return this.volume(`name '${name}'`, ({ ref }) => ref.pool === pool && ref.name === name);
  }

  #add(options: FakePoolOptions): FakePool {
    const pool = new FakePool(options);
    this.#pools.set(pool.ref.uuid, pool);
    return pool;
  }
}
