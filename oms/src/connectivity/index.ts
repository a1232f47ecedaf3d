export { probeRuns, type ProbeRun } from './runs.ts';
export { storeGuestProbe } from './store.ts';
