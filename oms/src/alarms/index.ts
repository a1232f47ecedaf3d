export { alarmMarks } from './marks.ts';
export { findAlarm, storeAlarm } from './store.ts';
