import { describe, expect, it } from '@jest/globals';
import { coresOf, joinedSamples, percentOfVcpus, summedSamples } from './rates.ts';

describe('a counter of CPU seconds', () => {
  it('is the vCPUs kept busy before each sample', () => {
    expect(coresOf({ times: [0, 10_000, 20_000], values: [100, 105, 125] }, 10_000)).toEqual({
      times: [10_000, 20_000],
      values: [0.5, 2],
    });
  });

  it('claims nothing over a reset or silence', () => {
    const { values } = coresOf({ times: [0, 10_000, 20_000, 500_000], values: [100, 110, 0, 300] }, 10_000);
    expect(values).toEqual([1, null, null]);
  });

  it('skips samples that are no numbers', () => {
    expect(coresOf({ times: [0, 5000, 10_000], values: [100, null, 105] }, 10_000).values).toEqual([0.5]);
  });
});

describe('several series', () => {
  it('of hosts that had the VM in turn are one line', () => {
    const joined = joinedSamples([
      { times: [1, 2], values: [10, 20] },
      { times: [2, 3], values: [25, null] },
    ]);
    expect(joined).toEqual({ times: [1, 2, 3], values: [10, 25, null] });
  });

  it('of vCPUs are added', () => {
    const sum = summedSamples([
      { times: [1, 2], values: [0.5, 0.25] },
      { times: [1, 2], values: [0.5, null] },
    ]);
    expect(sum).toEqual({ times: [1, 2], values: [1, 0.25] });
  });
});

describe('percent of the vCPUs', () => {
  it('follows how many there were', () => {
    const cores = { times: [5, 15, 25], values: [1, 1, null] };
    expect(percentOfVcpus(cores, { times: [10, 20], values: [2, 4] }).values).toEqual([50, 50, null]);
    expect(percentOfVcpus({ times: [30], values: [1] }, { times: [10, 20], values: [2, 4] }).values).toEqual([25]);
  });

  it('is nothing where there are none', () => {
    expect(percentOfVcpus({ times: [1], values: [1] }, 0).values).toEqual([null]);
  });
});
