import type { AlarmWithHistory } from '@faultline/contracts';
import type { AddCommand } from '../command.ts';
import { alarmText } from '../text/alarm.ts';

export const ack: AddCommand = (program, { client, answer, user }) => {
  program
    .command('ack')
    .argument('<alarm>', "the alarm's id")
    .description('acknowledge an alarm: somebody is at it')
    .option('--note <text>', 'what others should know')
    .action(async (id: string, { note }: { note?: string }) => {
      const body = { by: user, ...(note === undefined ? {} : { note }) };
      const alarm = await client().post<AlarmWithHistory>(`/alarms/${encodeURIComponent(id)}/acknowledge`, body);
      answer(alarm, () => alarmText(alarm));
    });
};
