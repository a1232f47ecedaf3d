export { readingsAround } from './around.ts';
export { isActive } from './drawn.ts';
export { type Gap, type Segment } from './bar.ts';
export { currentStates, gapsOfVm, recordGap, recordObservation, stateBar, stopsOfVm } from './store.ts';
