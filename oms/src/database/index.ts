export { openDatabase, StoreUnusableError, type Database, type OmsDatabase } from './database.ts';
export { lockDataFolder, DataFolderHeldError, type DataFolderLock } from './lock.ts';
