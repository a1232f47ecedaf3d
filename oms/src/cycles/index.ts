export { cpuPoints, type CounterReading } from './cpu.ts';
export { CYCLE_METRICS, cycleFromSamples, type Cycle } from './cycle.ts';
export { parseMetrics } from './parse.ts';
export { scrapeSource } from './scrape.ts';
export { type CycleSource } from './source.ts';
export { counterReadings, ingestCycle } from './store.ts';
export { cycleRecords } from './retention.ts';
