import type { OmsStatus, Verdict } from '@faultline/contracts';
import type { AddCommand } from '../command.ts';
import { moment } from '../moment.ts';
import { verdictText } from '../text/verdict.ts';
import { MOMENTS } from '../time.ts';
import { findVm } from '../vm.ts';

export const diagnose: AddCommand = (program, { client, answer }) => {
  program
    .command('diagnose')
    .argument('<vm>', "a VM's name or UUID")
    .description('say whose fault it is that a VM fails, or was at a moment, with the evidence')
    .option('--at <time>', MOMENTS, 'now')
    .action(async (named: string, options: { at: string }) => {
      const oms = client();
      // A recorded incident has a clock of its own: "now" is the OMS's.
      const { now } = await oms.get<OmsStatus>('/status');
      const at = moment('--at', options.at, now);
      const { uuid } = await findVm(oms, named);
      const verdict = await oms.get<Verdict>(`/vms/${uuid}/diagnosis?at=${at}`);
      answer(verdict, () => verdictText(verdict));
    });
};
