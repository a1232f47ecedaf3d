import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@faultline/contracts';
import { NotSucceededError, type Terminal } from './command.ts';
import { operationText } from './text/operation.ts';

const ASK_EVERY_MS = 1000;

/**
 * Waits until an operation has ended, and tells it.
 *
 * @throws NotSucceededError when it did not end well
 */
export async function follow({ client, answer }: Terminal, id: string): Promise<void> {
  const oms = client();
  for (;;) {
    const operation = await oms.get<Operation>(`/operations/${encodeURIComponent(id)}`);
    if (operation.result !== 'running') {
      answer(operation, () => operationText(operation));
      if (operation.result !== 'ok') throw new NotSucceededError(`the operation ended as ${operation.result}`);
      return;
    }
    await delay(ASK_EVERY_MS);
  }
}
