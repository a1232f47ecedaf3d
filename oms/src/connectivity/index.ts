export { probeRuns, type ProbeRun } from './runs.ts';
export { storeGuestProbes } from './store.ts';
export { connectivityRecords } from './retention.ts';
