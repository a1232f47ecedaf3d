export { readingsAround } from './around.ts';
export { isActive } from './drawn.ts';
export { type Gap, type Segment } from './bar.ts';
export { stateBar, stateHistory, type HistoryPiece } from './history.ts';
export { placeObservation, type Observation, type Run } from './place.ts';
export { currentStates, recordGap, recordObservation } from './store.ts';
