import { describe, expect, it } from '@jest/globals';
import { BadSettingError } from './errors.ts';
import * as kinds from './kinds.ts';
import { usageOf, type Program } from './program.ts';
import { asksForHelp, readSettings } from './read.ts';

const program = {
  about: 'a program',
  envPrefix: 'P_',
  settings: {
    size: {
      flag: 'heap.max-size',
      kind: kinds.integer({ from: 1, to: 9 }),
      description: 'How big.',
      default: '5',
      otherEnv: 'SIZE',
    },
    urls: { flag: 'url', kind: kinds.httpUrl({ query: true, allowed: 'a URL' }), description: 'Where.', atMost: 2 },
    level: { flag: 'level', kind: kinds.logLevel, description: 'How much.' },
  },
} as const satisfies Program;

function lineFor(args: string[], env: Record<string, string> = {}): string {
  try {
    readSettings(program, args, env);
  } catch (error) {
    if (error instanceof BadSettingError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('reading the settings of a program', () => {
  it('takes the flag, else its variable, else the other variable, else the default', () => {
    const size = (args: string[], env = {}): number => readSettings(program, args, env).size;
    expect(size([])).toBe(5);
    expect(size([], { SIZE: '2' })).toBe(2);
    expect(size([], { SIZE: '2', P_HEAP_MAX_SIZE: '3' })).toBe(3);
    expect(size(['--heap.max-size', '4'], { P_HEAP_MAX_SIZE: '3' })).toBe(4);
    expect(size(['--heap.max-size=4', '--heap.max-size=6'])).toBe(6);
    expect(size([], { P_HEAP_MAX_SIZE: '' })).toBe(5);
  });

  it('gives a list for what is repeatable, and undefined for what may be left out', () => {
    expect(readSettings(program, [], {})).toEqual({ size: 5, urls: [], level: undefined });
    expect(readSettings(program, ['--url', 'http://a', '--url', 'http://b'], {}).urls).toEqual([
      'http://a',
      'http://b',
    ]);
    expect(readSettings(program, [], { P_URL: 'http://a, http://b' }).urls).toEqual(['http://a', 'http://b']);
  });

  it.each<[string[], Record<string, string>, string]>([
    [['--heap.max-size', '-2'], {}, '--heap.max-size: "-2" is not allowed; allowed: a whole number from 1 to 9'],
    [[], { P_HEAP_MAX_SIZE: '10' }, 'P_HEAP_MAX_SIZE: "10" is not allowed; allowed: a whole number from 1 to 9'],
    [[], { SIZE: 'x\ny' }, 'SIZE: "x\\ny" is not allowed; allowed: a whole number from 1 to 9'],
    [['--url', 'http://u:p@ss@host'], {}, '--url: "http://***@host" is not allowed; allowed: a URL'],
    [[], { P_URL: 'http://a,http://b,http://c' }, 'P_URL: 3 values; allowed: at most 2'],
    [['--url'], {}, '--url: has no value'],
    [['--url', '--level', 'info'], {}, '--url: has no value'],
    [['stray'], {}, 'stray: is not a flag; every setting is written --key value'],
    [['--siz=3'], {}, '--siz: there is no such setting; allowed: --heap.max-size, --url, --level'],
    [['-s'], {}, '-s: there is no such setting; allowed: --heap.max-size, --url, --level'],
    [[], { P_SIZE: '3' }, 'P_SIZE: there is no such setting; allowed: P_HEAP_MAX_SIZE, P_URL, P_LEVEL'],
  ])('%j %j stops the start with one line', (args, env, line) => {
    expect(lineFor(args, env)).toBe(line);
  });

  it('passes over what Kubernetes says of a service of the same name, and foreign variables of a shared prefix', () => {
    expect(lineFor([], { P_SERVICE_HOST: '10.0.0.1', P_SERVICE_PORT_HTTP: '1', P_PORT_1_TCP_ADDR: 'x' })).toBe(
      'accepted',
    );
    expect(lineFor([], { PATH: '/bin' })).toBe('accepted');
    expect(readSettings({ ...program, sharesEnvPrefix: true }, [], { P_OMS_SIZE: '3' }).size).toBe(5);
  });

  it('documents every setting', () => {
    expect(usageOf(program)).toBe(`a program

  --heap.max-size
      How big.
      a whole number from 1 to 9; default: 5
      environment: P_HEAP_MAX_SIZE, else SIZE
  --url (repeatable)
      Where.
      a URL
      environment: P_URL
  --level
      How much.
      trace, debug, info, warn, error, fatal, silent
      environment: P_LEVEL
`);
    expect(asksForHelp(['--heap.max-size', '3', '--help'])).toBe(true);
  });
});
