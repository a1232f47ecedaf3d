import type { Operation } from '@faultline/contracts';
import type { AddCommand } from '../command.ts';
import { follow } from '../follow.ts';
import { operationText } from '../text/operation.ts';

export const operation: AddCommand = (program, terminal) => {
  program
    .command('operation')
    .argument('<id>', "the operation's id")
    .description('tell an operation hop by hop, with the hop that failed and why')
    .option('-f, --follow', 'stay until it has ended; exit code 1 unless it succeeded')
    .action(async (id: string, { follow: stay }: { follow?: true }) => {
      if (stay === true) {
        await follow(terminal, id);
        return;
      }
      const found = await terminal.client().get<Operation>(`/operations/${encodeURIComponent(id)}`);
      terminal.answer(found, () => operationText(found));
    });
};
