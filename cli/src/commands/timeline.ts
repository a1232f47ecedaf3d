import { TIMELINE_FRAMES, type OmsStatus, type QueryAnswer } from '@faultline/contracts';
import { ArgumentError, type AddCommand } from '../command.ts';
import { rowsOf } from '../frames.ts';
import { timelineText } from '../text/timeline.ts';
import { moment } from '../moment.ts';
import { MOMENTS } from '../time.ts';
import { findVm } from '../vm.ts';

export const timeline: AddCommand = (program, { client, answer, columns }) => {
  program
    .command('timeline')
    .argument('<vm>', "a VM's name or UUID")
    .description("show a VM's CPU, states, operations and alarms on one time axis")
    .option('--from <time>', MOMENTS, '1h')
    .option('--to <time>', 'likewise', 'now')
    .action(async (named: string, options: { from: string; to: string }) => {
      const oms = client();
      // A recorded incident has a clock of its own: "now" is the OMS's.
      const { now } = await oms.get<OmsStatus>('/status');
      const from = moment('--from', options.from, now);
      const to = moment('--to', options.to, now);
      if (to <= from) throw new ArgumentError('--to must be after --from');
      const { uuid, name } = await findVm(oms, named);
      const query = { type: 'timeline', vm: uuid, from, to };
      const { frames } = await oms.post<QueryAnswer>('/query', query);
      const rows = Object.keys(TIMELINE_FRAMES).map((frame) => [frame, rowsOf(frames, frame)] as const);
      const of = (wanted: string) => rows.find(([frame]) => frame === wanted)?.[1] ?? [];
      answer({ vm: { uuid, name }, from, to, now, ...Object.fromEntries(rows) }, () =>
        timelineText(
          {
            vm: { uuid, name },
            from,
            to,
            now,
            cpu: of('cpu'),
            state: of('state'),
            operations: of('operations'),
            alarms: of('alarms'),
          },
          columns,
        ),
      );
    });
};
