export { alarmsInRange, findAlarm, storeAlarm } from './store.ts';
export { alarmRecords } from './retention.ts';
