export {
  askStore,
  isPostgresUrl,
  openDatabase,
  StoreUnusableError,
  type Database,
  type OmsDatabase,
} from './database.ts';
export { holdKey, isPostgres } from './hold.ts';
export { inParts } from './parts.ts';
export { lockDataFolder, DataFolderHeldError } from './lock.ts';
