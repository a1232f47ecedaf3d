import { ALARM_LEVELS, type AlarmPage } from '@faultline/contracts';
import { ArgumentError, type AddCommand } from '../command.ts';
import { table } from '../text/table.ts';
import { dateTime } from '../time.ts';
import { findVm } from '../vm.ts';

interface Options {
  vm?: string;
  host?: string;
  level?: string;
  all?: true;
  limit: string;
}

export const alarms: AddCommand = (program, { client, answer }) => {
  program
    .command('alarms')
    .description('list the alarms that are not cleared, the last raised first')
    .option('--vm <vm>', 'only those of this VM')
    .option('--host <name>', 'only those of this host')
    .option('--level <level>', `only those at least as severe as this: ${ALARM_LEVELS.join(', ')}`)
    .option('--all', 'those that are cleared, too')
    .option('--limit <n>', 'at most so many, up to 500', '100')
    .action(async ({ vm: named, host, level, all, limit }: Options) => {
      if (level !== undefined && !ALARM_LEVELS.some((one) => one === level)) {
        throw new ArgumentError(`--level '${level}' must be ${ALARM_LEVELS.join(', ')}`);
      }
      const oms = client();
      const vm = named === undefined ? undefined : (await findVm(oms, named)).uuid;
      const active = all === true ? undefined : true;
      const page = await oms.get<AlarmPage>('/alarms', { vm, host, level, active, limit });
      answer(page.items, () =>
        page.items.length === 0
          ? 'There are no such alarms.'
          : [
              table(
                ['RAISED', 'LEVEL', 'VM OR HOST', 'NAME', 'CAUSE', 'OPERATOR', 'ID'],
                page.items.map((alarm) => [
                  dateTime(alarm.raised),
                  alarm.cleared === undefined ? alarm.level : `${alarm.level}, cleared`,
                  alarm.vm?.name ?? alarm.host,
                  alarm.name,
                  alarm.cause,
                  alarm.operator.state === 'none' ? '' : `${alarm.operator.state} by ${alarm.operator.by ?? 'nobody'}`,
                  alarm.id,
                ]),
              ),
              ...(page.next === null ? [] : ['There are more: ask for a VM, a host or a level.']),
            ].join('\n'),
      );
    });
};
