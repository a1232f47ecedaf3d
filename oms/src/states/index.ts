export { readingsAround } from './around.ts';
export { isActive } from './drawn.ts';
export { type Segment } from './bar.ts';
export { stateBar, stateHistory } from './history.ts';
export { placeObservation, type Observation, type Run } from './place.ts';
export { currentStates, recordGaps } from './store.ts';
export { recordObservations, type Said } from './record.ts';
export { stateRecords } from './retention.ts';
