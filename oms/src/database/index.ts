export { askStore, openDatabase, StoreUnusableError, type Database, type OmsDatabase } from './database.ts';
export { lockDataFolder, DataFolderHeldError } from './lock.ts';
