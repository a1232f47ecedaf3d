export { storeGuestProbes } from './store.ts';
export { connectivityRecords } from './retention.ts';
