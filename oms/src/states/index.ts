export { isActive } from './drawn.ts';
export { type Gap, type Segment } from './bar.ts';
export { recordObservations, type Said } from './record.ts';
export { currentStates, gapsOfVm, recordGaps, stateBar, stopsOfVm } from './store.ts';
export { stateRecords } from './retention.ts';
