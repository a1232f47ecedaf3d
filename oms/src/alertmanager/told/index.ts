import { alarmsTold } from './alarms.ts';
import type { Telling } from './telling.ts';

export { MAX_TOLD, type ToldAlert } from './telling.ts';

/** Everything that the OMS tells the Alertmanagers. */
export const tellings: readonly Telling[] = [alarmsTold];
