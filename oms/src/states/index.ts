export { isActive } from './drawn.ts';
export { type BarOptions, type Gap, type Segment } from './bar.ts';
export { type Observation } from './place.ts';
export { currentStates, gapsOfVm, recordGap, recordObservation, stateBar, stopsOfVm } from './store.ts';
