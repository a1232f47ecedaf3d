import { describe, expect, it } from '@jest/globals';
import { inRounds } from './rounds.ts';

describe('work in rounds', () => {
  it('goes on after a round that failed, and never has two at once', async () => {
    let running = 0;
    const failures: unknown[] = [];
    const counts: number[] = [];
    await new Promise<void>((resolve) => {
      const rounds = inRounds(
        1,
        async () => {
          running += 1;
          counts.push(running);
          await new Promise(setImmediate);
          running -= 1;
          if (counts.length === 1) throw new Error('the first');
          if (counts.length === 3) void rounds.close().then(resolve);
        },
        { onError: (error) => failures.push(error) },
      );
    });
    expect(counts).toEqual([1, 1, 1]);
    expect(failures).toEqual([new Error('the first')]);
  });

  it('is closed when the round under way has ended, also before the first one', async () => {
    await inRounds(1_000_000, () => Promise.reject(new Error('never')), { onError: () => undefined }).close();
    let ended = false;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const rounds = inRounds(
      1,
      async () => {
        begin();
        await new Promise(setImmediate);
        ended = true;
      },
      { onError: () => undefined },
    );
    await begun;
    await rounds.close();
    expect(ended).toBe(true);
  });
});
