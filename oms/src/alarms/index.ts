export { AlarmUnknownError } from './errors.ts';
export { alarmRoutes } from './routes.ts';
export { alarmsInRange, findAlarm, openAlarm, storeAlarm } from './store.ts';
export { alarmRecords } from './retention.ts';
