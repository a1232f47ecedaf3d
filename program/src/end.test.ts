import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { untilAskedToEnd, type Ending } from './end.ts';

describe('waiting to be asked to end', () => {
  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['disconnect', 'the program that started it is gone'],
  ])('%s is one way', async (event, why) => {
    const self = new EventEmitter();
    const asked = untilAskedToEnd(self);
    self.emit(event);
    await expect(asked).resolves.toBe(why);
    expect(self.listenerCount(event)).toBe(0);
  });

  it('ends at once when the program that started it went before', async () => {
    const self: Ending = Object.assign(new EventEmitter(), { connected: false });
    await expect(untilAskedToEnd(self)).resolves.toBe('the program that started it is gone');
  });
});
