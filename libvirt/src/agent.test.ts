import { expect, it } from '@jest/globals';
import { agentTimeout } from './agent.ts';

it.each([
  ['its default of 5 s', undefined, { timeout: -1, atLeastMs: 11_000 }],
  ['its default of 5 s, named', -1, { timeout: -1, atLeastMs: 11_000 }],
  ['a time', 30, { timeout: 30, atLeastMs: 36_000 }],
  ['nothing', 0, { timeout: 0, atLeastMs: 0 }],
  ['for ever, which no deadline outlasts', -2, { timeout: -2, atLeastMs: 0 }],
])('leaves libvirt the time to say itself that an agent is silent when it waits %s', (_what, seconds, expected) => {
  expect(agentTimeout(seconds)).toEqual(expected);
});
