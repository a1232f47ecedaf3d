import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { withDeadline } from './deadline.ts';

const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

it('ends work at its deadline, also when the garbage was collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const ended = withDeadline(new AbortController().signal, 50, endless);
  setTimeout(collectGarbage, 10);
  await expect(ended).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('ends work with its caller, also when that one has ended before', async () => {
  const caller = new AbortController();
  const ended = withDeadline(caller.signal, 60_000, endless);
  caller.abort(new Error('the caller stops'));
  await expect(ended).rejects.toThrow('the caller stops');
  await expect(withDeadline(caller.signal, 60_000, (signal) => Promise.resolve(signal.aborted))).resolves.toBe(true);
});
