export { AlarmUnknownError } from './errors.ts';
export { alarmsInRange } from './in-range.ts';
export { alarmMarks } from './marks.ts';
export { alarmNames } from './names.ts';
export { alarmRoutes } from './routes.ts';
export { alarmRecords } from './retention.ts';
export { alarmsNotOf, findAlarm, holdAlarm, noteAlert, openAlarm, openAlarmsOf, storeAlarm } from './store.ts';
export { suppressionOf } from './suppression.ts';
