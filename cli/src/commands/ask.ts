import { randomUUID } from 'node:crypto';
import { PERFORMED_KINDS, type Operation } from '@faultline/contracts';
import { ArgumentError, type AddCommand } from '../command.ts';
import { follow } from '../follow.ts';
import { operationText } from '../text/operation.ts';
import { findVm } from '../vm.ts';

interface Options {
  force?: true;
  id?: string;
  wait: boolean;
}

export const ask: AddCommand = (program, terminal) => {
  program
    .command('ask')
    .argument('<kind>', PERFORMED_KINDS.join(', '))
    .argument('<vm>', "a VM's name or UUID")
    .description('ask for an operation on a VM, and tell what came of it')
    .option('--force', 'without the guest: stop by destroying, reboot by resetting')
    .option('--id <id>', 'the id to ask under; an id is executed once, ever (default: a new one)')
    .option('--no-wait', 'do not wait for its end')
    .action(async (asked: string, named: string, { force, id = randomUUID(), wait }: Options) => {
      const kind = PERFORMED_KINDS.find((performed) => performed === asked);
      if (kind === undefined) throw new ArgumentError(`'${asked}' must be ${PERFORMED_KINDS.join(', ')}`);
      const oms = terminal.client();
      const { uuid } = await findVm(oms, named);
      const request = { id, vm: uuid, kind, initiator: terminal.user, ...(force === true ? { force } : {}) };
      const begun = await oms.post<Operation>('/operations', request);
      if (wait) await follow(terminal, id);
      else terminal.answer(begun, () => operationText(begun));
    });
};
