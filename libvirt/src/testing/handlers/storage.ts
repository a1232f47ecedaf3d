import type { storageProcedures } from '../../protocol/procedures/storage.ts';
import { enumCode } from '../../names/enum-names.ts';
import { poolStateNames } from '../../names/storage.ts';
import type { Handlers } from './handler.ts';

export const storageHandlers: Handlers<typeof storageProcedures> = {
  connectListAllStoragePools: ({ storage }, { flags }) => {
    const pools = storage.list(flags).map(({ ref }) => ref);
    return { pools, count: pools.length };
  },
  storagePoolGetInfo: ({ storage }, { pool }) => {
    const { state, info } = storage.byUuid(pool.uuid);
    return { state: enumCode(poolStateNames, state), ...info };
  },
};
