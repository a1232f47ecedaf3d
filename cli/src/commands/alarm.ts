import type { AlarmWithHistory } from '@faultline/contracts';
import type { AddCommand } from '../command.ts';
import { alarmText } from '../text/alarm.ts';

export const alarm: AddCommand = (program, { client, answer }) => {
  program
    .command('alarm')
    .argument('<id>', "the alarm's id")
    .description('show an alarm with its details and what was done about it')
    .action(async (id: string) => {
      const found = await client().get<AlarmWithHistory>(`/alarms/${encodeURIComponent(id)}`);
      answer(found, () => alarmText(found));
    });
};
