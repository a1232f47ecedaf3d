export { alarmsInRange, findAlarm, storeAlarm } from './store.ts';
