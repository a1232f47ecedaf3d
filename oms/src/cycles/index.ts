export { joined, type CpuStretch } from './cpu.ts';
export { cpuUse } from './cpu-use.ts';
export { CYCLE_METRICS, cycleFromSamples, type Cycle } from './cycle.ts';
export { heldUntilNext, hostRunsIn, lastCycleOf, latestRuns, type HostRun } from './host-runs.ts';
export { parseMetrics } from './parse.ts';
export { scrapeSource } from './scrape.ts';
export { type CycleSource } from './source.ts';
export { cycleRecords } from './retention.ts';
export { cycleSince, ingestCycle } from './store.ts';
