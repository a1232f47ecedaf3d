export { Channel, MAX_MESSAGE_BYTES } from './channel.ts';
export {
  askStore,
  connectDatabase,
  isPostgresUrl,
  openDatabase,
  StoreUnusableError,
  type Database,
  type OmsDatabase,
} from './database.ts';
export { holdKey, isPostgres, shareKey } from './hold.ts';
export { lockDataFolder, DataFolderHeldError } from './lock.ts';
export { LONG_MS } from './overlap.ts';
export { storeFailureOf, type StoreFailure } from './failure.ts';
