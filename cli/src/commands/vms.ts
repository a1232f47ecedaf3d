import type { AddCommand } from '../command.ts';
import { table } from '../text/table.ts';
import { dateTime } from '../time.ts';
import { allVms } from '../vm.ts';

export const vms: AddCommand = (program, { client, answer }) => {
  program
    .command('vms')
    .description('list the VMs with what is known of their state now')
    .option('--host <name>', 'only those of this host')
    .action(async ({ host }: { host?: string }) => {
      const rows = await allVms(client(), { host });
      answer(rows, () =>
        rows.length === 0
          ? 'No VMs are known.'
          : table(
              ['NAME', 'STATE', 'HOST', 'LAST SEEN', 'UUID'],
              rows.map(({ name, state, host: on, lastSeen, uuid }) => [
                name,
                state ?? 'no data',
                on,
                dateTime(lastSeen),
                uuid,
              ]),
            ),
      );
    });
};
