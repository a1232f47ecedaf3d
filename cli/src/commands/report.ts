import { randomUUID } from 'node:crypto';
import type { FaultReport } from '@faultline/contracts';
import { ArgumentError, type AddCommand } from '../command.ts';
import { table } from '../text/table.ts';
import { dateTime } from '../time.ts';
import { printable } from '../text/printable.ts';

interface Options {
  name?: string;
  uuid?: string;
  ip?: string;
  user?: string;
  id?: string;
}

export const report: AddCommand = (program, { client, answer, user: reporter }) => {
  program
    .command('report')
    .argument('<symptom>', 'what is seen to fail')
    .description('report a fault of a VM that is named in one way, and be told where its timeline is')
    .option('--name <name>', "the VM's name")
    .option('--uuid <uuid>', "the VM's UUID")
    .option('--ip <address>', 'an IP address of the VM')
    .option('--user <name>', 'whose VM it is')
    .option('--id <id>', 'the id to report under; sent twice it is kept once (default: a new one)')
    .action(async (symptom: string, { name: vmName, uuid, ip, user, id = randomUUID() }: Options) => {
      const named = Object.entries({ vmName, uuid, ip, user }).filter(([, value]) => value !== undefined);
      if (named.length !== 1) throw new ArgumentError('name the VM by exactly one of --name, --uuid, --ip and --user');
      const body = { id, reporter, symptom, ...Object.fromEntries(named) };
      const kept = await client().post<FaultReport>('/fault-reports', body);
      answer(kept, () => reportText(kept));
    });
};

function reportText({ id, vm, timeline, candidates }: FaultReport): string {
  if (vm !== null) {
    const where = timeline === null ? '' : `\n  console: ${timeline.console}`;
    return `Fault report ${id} is about VM ${printable(vm.name)} (${vm.uuid}).${where}\n  faultline timeline ${vm.uuid}`;
  }
  return [
    `Fault report ${id} is kept. Several VMs may be meant:`,
    table(
      ['NAME', 'HOST', 'USER', 'ADDRESSES', 'LAST SEEN', 'UUID'],
      candidates.map(({ name, host, owner, ips, lastSeen, uuid }) => [
        name,
        host,
        owner,
        ips.join(' '),
        dateTime(lastSeen),
        uuid,
      ]),
    ),
  ].join('\n');
}
