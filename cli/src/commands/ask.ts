import { randomUUID } from 'node:crypto';
import { PERFORMED_KINDS, type Operation } from '@faultline/contracts';
import { ArgumentError, type AddCommand } from '../command.ts';
import { follow } from '../follow.ts';
import { operationText } from '../text/operation.ts';
import { findVm } from '../vm.ts';

interface Options {
  force?: true;
  with?: string;
  id?: string;
  wait: boolean;
}

export const ask: AddCommand = (program, terminal) => {
  program
    .command('ask')
    .argument('<kind>', PERFORMED_KINDS.join(', '))
    .argument('<vm>', "a VM's name or UUID; of create, the new UUID")
    .description('ask for an operation on a VM, and tell what came of it')
    .option('--force', 'without the guest: stop by destroying, reboot by resetting')
    .option('--with <json>', `the other fields of its kind, such as '{"toHost": "hv2"}' for migrate`)
    .option('--id <id>', 'the id to ask under; an id is executed once, ever (default: a new one)')
    .option('--no-wait', 'do not wait for its end')
    .action(async (asked: string, named: string, { force, with: more, id = randomUUID(), wait }: Options) => {
      const kind = PERFORMED_KINDS.find((performed) => performed === asked);
      if (kind === undefined) throw new ArgumentError(`'${asked}' must be ${PERFORMED_KINDS.join(', ')}`);
      const oms = terminal.client();
      const vm = kind === 'create' ? named : (await findVm(oms, named)).uuid;
      const own = { ...fieldsOf(more), ...(force === true ? { force } : {}) };
      const request = { ...own, id, vm, kind, initiator: terminal.user };
      const begun = await oms.post<Operation>('/operations', request);
      if (wait) await follow(terminal, id);
      else terminal.answer(begun, () => operationText(begun));
    });
};

/** @throws ArgumentError for what is no JSON object */
function fieldsOf(json = '{}'): object {
  let fields: unknown;
  try {
    fields = JSON.parse(json);
  } catch {
    throw new ArgumentError(`--with '${json}' is not JSON`);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new ArgumentError(`--with '${json}' is not a JSON object`);
  }
  return fields;
}
