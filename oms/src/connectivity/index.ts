export { probeRuns, type ProbeRun } from './runs.ts';
export { guestProbesInRange, storeGuestProbes } from './store.ts';
export { connectivityRecords } from './retention.ts';
