import { describe, expect, it } from '@jest/globals';
import { actOf, type Sight } from './index.ts';

type State = Exclude<Sight['state'], 'gone'>;

const state = (name: string, reason: string) => ({ state: name, reason }) as State;
const RUNNING = state('running', 'booted');
const MOVED = state('shutoff', 'migrated');
const INCOMING = state('paused', 'starting-up');

const sight = (here: Sight['state'], there: Sight['there'], more: Partial<Sight> = {}): Sight => ({
  state: here,
  there,
  rebooted: false,
  eventsMissed: false,
  occupied: false,
  ...more,
});

const act = actOf(
  { kind: 'migrate', toHost: 'hB' },
  {
    disks: [],
    destinationOf: () => {
      throw new Error('nobody looks');
    },
  },
);

describe('what an NC makes of a migration by what it sees at both ends (A38)', () => {
  it.each<[string, Sight['state'], Sight['there'], string | undefined]>([
    ['it runs there, and its definition moved along', 'gone', RUNNING, 'ok'],
    ['it runs there, and its definition stayed', MOVED, RUNNING, 'ok'],
    ['it was paused, and is so there', 'gone', state('paused', 'user'), 'ok'],
    ['its memory comes', RUNNING, INCOMING, undefined],
    ['its last memory comes', state('paused', 'migration'), INCOMING, undefined],
    ['nothing has come', RUNNING, 'gone', undefined],
    ['both have it running', RUNNING, RUNNING, undefined],
    ['nobody has it', 'gone', 'gone', undefined],
    ['the destination cannot be read', 'gone', undefined, undefined],
  ])('%s', (_what, here, there, result) => {
    expect(act.judge(sight(here, there))?.result).toBe(result);
  });

  it('waits while libvirt is seen at it, and only then', () => {
    expect(act.underWay?.(sight(RUNNING, INCOMING))).toBe(true);
    expect(act.underWay?.(sight(RUNNING, 'gone'))).toBe(false);
    expect(act.underWay?.(sight('gone', RUNNING))).toBe(false);
    expect(act.underWay?.(sight(RUNNING, undefined))).toBe(false);
  });

  it.each<[string, Sight, string, RegExp]>([
    [
      'never began',
      sight(RUNNING, 'gone'),
      'failed',
      /the VM is running \(booted\) at its source and not known to lib/,
    ],
    ['may still begin', sight(RUNNING, 'gone', { occupied: true }), 'timeout', /may still take effect/],
    ['is where nobody can look', sight('gone', undefined), 'timeout', /^the destination cannot be read/],
    ['came to no end', sight(RUNNING, INCOMING), 'timeout', /^it did not come to its end/],
    ['lost its VM', sight(state('shutoff', 'crashed'), 'gone'), 'failed', /shutoff \(crashed\)/],
  ])('says of one of which nobody heard the end that it %s', (_what, seen, result, cause) => {
    expect(act.judgeAfter(seen)).toEqual({ result, cause: expect.stringMatching(cause) });
  });
});
