import { expect, it } from '@jest/globals';
import { controlInfo } from './control.ts';
import { errorCodeName } from './error-codes.ts';
import { domainStateInfo } from './states.ts';

it.each([
  [1, 1, 'running', 'booted'],
  [1, 11, 'running', 'postcopy-failed'],
  [3, 5, 'paused', 'ioerror'],
  [3, 7, 'paused', 'from-snapshot'],
  [5, 3, 'shutoff', 'crashed'],
  [5, 8, 'shutoff', 'daemon'],
  [6, 1, 'crashed', 'panicked'],
  [7, 0, 'pmsuspended', 'unknown'],
  [1, 99, 'running', 'reason-99'],
  [99, 3, 'nostate', 'state-99'],
  [-1, 0, 'nostate', 'state--1'],
])('state %d reason %d is %s (%s)', (stateCode, reasonCode, state, reason) => {
  expect(domainStateInfo(stateCode, reasonCode)).toEqual({ state, reason, stateCode, reasonCode });
});

it('a control state newer than our table counts as an error', () => {
  expect(controlInfo({ state: 9, details: 9, stateTime: 5n })).toEqual({
    state: 'error',
    details: 'unknown',
    stateTimeMs: 5,
  });
});

it('an error number without a name keeps its number', () => {
  expect(errorCodeName(55)).toBe('VIR_ERR_OPERATION_INVALID');
  expect(errorCodeName(9_999)).toBe('VIR_ERR_9999');
});
