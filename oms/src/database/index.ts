export { Channel, MAX_MESSAGE_BYTES } from './channel.ts';
export { prepared, preparedForMany } from './prepared.ts';
export {
  askStore,
  connectDatabase,
  isPostgresUrl,
  openDatabase,
  StoreUnusableError,
  type Database,
  type OmsDatabase,
} from './database.ts';
export { isPostgres } from './engine.ts';
export { holdKey, shareKey, whileAlone } from './hold.ts';
export { makePartitions } from './partitions.ts';
export { firstOfEach, insertRows, insertTogether, preparedForEach, rowsFor, type RowsFor } from './rows.ts';
export { inSteps, ROWS_PER_STEP, series, type KeptRecords, type Retention } from './retention.ts';
export { lockDataFolder, makeDataFolder, DataFolderHeldError } from './lock.ts';
export { LONG_MS, overlapOf, overlapOfVm, overlapping, overlappingOfAny, type OverlapOfVm } from './overlap.ts';
export { storeFailureOf, type StoreFailure } from './failure.ts';
