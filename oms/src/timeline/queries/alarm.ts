import { DETAIL_FRAMES, type AlarmRecord } from '@faultline/contracts';
import { AlarmUnknownError, findAlarm, suppressionOf } from '../../alarms/index.ts';
import { frame } from '../../frames/index.ts';
import { defineQuery } from '../query.ts';

/** The card of one alarm: cause, name, category, level and id, with its details (A27, A43). */
export const alarmQuery = defineQuery({
  type: 'alarm',
  read: async ({ db, now }, { id }): Promise<AlarmRecord> => {
    const alarm = await findAlarm(db, id, now());
    if (alarm === undefined) throw new AlarmUnknownError(id);
    return alarm;
  },
  toFrames: (alarm) => [
    frame({
      name: 'alarm',
      fields: DETAIL_FRAMES.alarm,
      rows: [
        {
          ...alarm,
          details: JSON.stringify(alarm.details),
          vm: alarm.vm?.uuid,
          vmName: alarm.vm?.name,
          time: alarm.raised,
          timeEnd: alarm.cleared,
          operatorState: alarm.operator.state,
          operatorBy: alarm.operator.by,
          operatorAt: alarm.operator.at,
          operatorNote: alarm.operator.note,
          operatorUntil: alarm.operator.until,
          ...suppressionOf(alarm.alert),
        },
      ],
    }),
  ],
});
