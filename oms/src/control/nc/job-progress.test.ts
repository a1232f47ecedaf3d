import { describe, expect, it } from '@jest/globals';
import { progressOf } from './job-progress.ts';

describe('the progress of a job', () => {
  it.each([
    [0, 100, 100, 0],
    [33, 67, 100, 33],
    [150, 1, 100, 99],
    [200, 0, 100, 100],
    // A guest that writes faster than its memory goes out.
    [10, 120, 100, 0],
  ])('%i bytes sent and %i to go of %i are %i %%', (processedBytes, remainingBytes, totalBytes, percent) => {
    const data = { processedBytes, remainingBytes, totalBytes };
    expect(progressOf({ data }, 5)).toEqual({ at: 5, ...data, percent });
  });
});
