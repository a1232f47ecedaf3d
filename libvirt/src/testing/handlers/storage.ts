import { hasBit } from '../../flags.ts';
import { enumCode } from '../../names/enum-names.ts';
import { poolStateNames } from '../../names/storage.ts';
import type { poolProcedures, volumeProcedures } from '../../protocol/procedures/storage.ts';
import { volumeResizeBit } from '../../storage-bits.ts';
import { refused } from '../fake-errors.ts';
import { volumeFromXml, volumeXml } from '../fake-pool.ts';
import type { Handlers } from './handler.ts';

export const poolHandlers: Handlers<typeof poolProcedures> = {
  connectListAllStoragePools: ({ storage }, { flags }) => {
    const pools = storage.list(flags).map(({ ref }) => ref);
    return { pools, count: pools.length };
  },
  storagePoolLookupByName: ({ storage }, { name }) => ({ pool: storage.byName(name).ref }),
  storagePoolLookupByUuid: ({ storage }, { uuid }) => ({ pool: storage.byUuid(uuid).ref }),
  storagePoolLookupByTargetPath: ({ storage }, args) => ({
    pool: storage.pool(`target path '${args.path}'`, ({ path }) => path === args.path).ref,
  }),
  storagePoolLookupByVolume: ({ storage }, { volume }) => ({ pool: storage.volumeOf(volume).pool.ref }),
  storagePoolGetInfo: ({ storage }, { pool }) => {
    const { state, info } = storage.byUuid(pool.uuid);
    return { state: enumCode(poolStateNames, state), ...info };
  },
  storagePoolGetXmlDesc: ({ storage }, { pool }) => ({ xml: storage.byUuid(pool.uuid).xml }),
  storagePoolCreateXml: ({ storage }, { xml }) => ({ pool: storage.define(xml, { persistent: false }).ref }),
  storagePoolDefineXml: ({ storage }, { xml }) => ({ pool: storage.define(xml, { persistent: true }).ref }),
  storagePoolCreate: ({ storage }, { pool }) => {
    storage.inactive(pool.uuid).state = 'running';
    return undefined;
  },
  storagePoolBuild: ({ storage }, { pool }) => {
    storage.inactive(pool.uuid);
    return undefined;
  },
  storagePoolDestroy: ({ storage }, { pool }) => {
    const found = storage.active(pool.uuid);
    found.state = 'inactive';
    if (!found.persistent) storage.remove(found);
    return undefined;
  },
  storagePoolDelete: ({ storage }, { pool }) => {
    storage.inactive(pool.uuid).volumes.clear();
    return undefined;
  },
  storagePoolUndefine: ({ storage }, { pool }) => {
    storage.remove(storage.inactive(pool.uuid));
    return undefined;
  },
  storagePoolRefresh: ({ storage }, { pool }) => {
    storage.active(pool.uuid);
    return undefined;
  },
  storagePoolGetAutostart: ({ storage }, { pool }) => ({ autostart: storage.byUuid(pool.uuid).autostart ? 1 : 0 }),
  storagePoolSetAutostart: ({ storage }, { pool, autostart }) => {
    storage.byUuid(pool.uuid).autostart = autostart !== 0;
    return undefined;
  },
};

export const volumeHandlers: Handlers<typeof volumeProcedures> = {
  storagePoolListAllVolumes: ({ storage }, { pool }) => {
    const volumes = Array.from(storage.active(pool.uuid).volumes.values(), ({ ref }) => ref);
    return { volumes, count: volumes.length };
  },
  storageVolLookupByName: ({ storage }, { pool, name }) => {
    storage.active(pool.uuid);
    return { volume: storage.volumeOf({ pool: pool.name, name, key: '' }).volume.ref };
  },
  storageVolLookupByKey: ({ storage }, { key }) => ({
    volume: storage.volume(`key '${key}'`, ({ ref }) => ref.key === key).volume.ref,
  }),
  storageVolLookupByPath: ({ storage }, { path }) => ({
    volume: storage.volume(`path '${path}'`, ({ ref }) => ref.key === path).volume.ref,
  }),
  storageVolGetInfo: ({ storage }, { volume }) => {
    const { capacityBytes, allocationBytes } = storage.volumeOf(volume).volume;
    return { type: 0, capacity: BigInt(capacityBytes), allocation: BigInt(allocationBytes) };
  },
  storageVolGetPath: ({ storage }, { volume }) => ({ path: storage.volumeOf(volume).volume.ref.key }),
  storageVolGetXmlDesc: ({ storage }, { volume }) => ({ xml: volumeXml(storage.volumeOf(volume).volume) }),
  storageVolCreateXml: ({ storage }, { pool, xml }) => ({
    volume: storage.active(pool.uuid).addVolume(volumeFromXml(xml)).ref,
  }),
  storageVolDelete: ({ storage }, { volume }) => {
    storage.volumeOf(volume).pool.volumes.delete(volume.name);
    return undefined;
  },
  storageVolResize: ({ storage }, { volume, capacity, flags }) => {
    const { volume: found } = storage.volumeOf(volume);
    const wanted = Number(capacity) + (hasBit(flags, volumeResizeBit.delta) ? found.capacityBytes : 0);
    if (wanted < found.capacityBytes && !hasBit(flags, volumeResizeBit.shrink)) {
      throw refused("Can't shrink capacity below current capacity unless shrink flag explicitly specified");
    }
    found.capacityBytes = wanted;
    return undefined;
  },
};
