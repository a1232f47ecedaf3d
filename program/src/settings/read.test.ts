import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BadSettingError } from './errors.ts';
import * as kinds from './kinds.ts';
import { usageOf, type Program } from './program.ts';
import { asksForHelp, asksForVersion, readSettings } from './read.ts';

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
    expect(asksForHelp(['-h'])).toBe(true);
    expect(asksForVersion(['--heap.max-size', '3', '--version'])).toBe(true);
  });
});

describe('switches', () => {
  const switches = {
    about: 'a program',
    envPrefix: 'P_',
    settings: {
      on: { flag: 'part.on', kind: kinds.toggle, description: 'On.', default: 'true' },
      open: { flag: 'part.open', kind: kinds.toggle, description: 'Neither, unless it is said.' },
    },
  } as const satisfies Program;

  it.each<[string[], Record<string, string>, { on: boolean; open: boolean | undefined }]>([
    [[], {}, { on: true, open: undefined }],
    [['--no-part.on', '--part.open'], {}, { on: false, open: true }],
    [['--part.on=false', '--no-part.open'], {}, { on: false, open: false }],
    [['--no-part.on', '--part.on'], {}, { on: true, open: undefined }],
    [['--part.on'], { P_PART_ON: 'false', P_PART_OPEN: 'false' }, { on: true, open: false }],
  ])('%j %j', (args, env, values) => {
    expect(readSettings(switches, args, env)).toEqual(values);
  });

  it.each<[string[], Record<string, string>, string]>([
    [['--part.on=yes'], {}, '--part.on: "yes" is not allowed; allowed: true, false'],
    [['--no-part.on=true'], {}, '--no-part.on: takes no value'],
    [['--part.on', 'false'], {}, 'false: is not a flag; every setting is written --key value'],
    [['--no-part.of'], {}, '--no-part.of: there is no such setting; allowed: --part.on, --part.open'],
    [[], { P_PART_ON: '1' }, 'P_PART_ON: "1" is not allowed; allowed: true, false'],
  ])('%j %j stops the start with one line', (args, env, line) => {
    expect(() => readSettings(switches, args, env)).toThrow(BadSettingError);
    expect(() => readSettings(switches, args, env)).toThrow(line);
  });

  it('are documented as such', () => {
    expect(usageOf(switches)).toContain('  --[no-]part.on\n      On.\n      true, false; default: true\n');
  });
});

describe('a file of settings', () => {
  const filed = {
    ...program,
    fileFlag: 'config.file',
    settings: {
      file: { flag: 'config.file', kind: kinds.file, description: 'More settings.' },
      ...program.settings,
      on: { flag: 'part.on', kind: kinds.toggle, description: 'On.', default: 'true' },
    },
  } as const satisfies Program;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-settings-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (text: string): string => {
    const path = join(folder, 'c.yml');
    writeFileSync(path, text);
    return path;
  };
  const read = (text: string, args: string[] = [], env: Record<string, string> = {}) =>
    readSettings(filed, ['--config.file', write(text), ...args], env);

  it('holds the same keys, nested by their dots or written with them', () => {
    const values = { size: 3, urls: ['http://a', 'http://b'], on: false, level: 'warn' };
    expect(
      read('heap: {max-size: 3} # big\nurl:\n  - http://a\n  - http://b\npart:\n  on: false\nlevel: "warn"\n'),
    ).toMatchObject(values);
    expect(read('heap.max-size: 3\nurl: [http://a, http://b]\npart.on: false\nlevel: &l warn')).toMatchObject(values);
    expect(read('url: http://a').urls).toEqual(['http://a']);
  });

  it('gives way to flags and environment, and wins over the default', () => {
    expect(read('heap: {max-size: 3}', [], { P_HEAP_MAX_SIZE: '4' }).size).toBe(4);
    expect(read('heap: {max-size: 3}', ['--heap.max-size=6'], { P_HEAP_MAX_SIZE: '4' }).size).toBe(6);
    expect(read('part: {on: false}', ['--part.on']).on).toBe(true);
    expect(read('url: [http://a, http://b]', ['--url', 'http://c']).urls).toEqual(['http://c']);
  });

  it('may be empty, and may be named by the environment', () => {
    expect(read('').size).toBe(5);
    expect(read('# nothing\n').size).toBe(5);
    expect(readSettings(filed, [], { P_CONFIG_FILE: write('heap: {max-size: 3}') }).size).toBe(3);
  });

  it.each<[string, string]>([
    ['heap: {max-size: 12}', '1: heap.max-size: "12" is not allowed; allowed: a whole number from 1 to 9'],
    ['# \nheap:\n  max-size: 0x3', '3: heap.max-size: "0x3" is not allowed; allowed: a whole number from 1 to 9'],
    ['heap:\n  min-size: 3', '2: heap.min-size: there is no such setting; allowed: heap.max-size'],
    ['head: 3', '1: head: there is no such setting; allowed: heap.max-size, url, level, part.on'],
    ['heap: 3', '1: heap: there is no such setting; allowed: heap.max-size, url, level, part.on'],
    [
      'config: {file: other.yml}',
      '1: config.file: there is no such setting; allowed: heap.max-size, url, level, part.on',
    ],
    ['heap: {max-size: [1, 2]}', '1: heap.max-size: is not a list'],
    ['heap: {max-size: []}', '1: heap.max-size: is not a list'],
    ['heap: {max-size: }', '1: heap.max-size: has no value'],
    ['heap: {}', '1: heap: has no value'],
    ['head:', '1: head: has no value'],
    ['level: ""', '1: level: "" is not allowed; allowed: trace, debug, info, warn, error, fatal, silent'],
    ['url: [http://a, {b: c}]', '1: url: has no value that is a text'],
    ['url: [http://a, http://b, http://c]', '1: url: 3 values; allowed: at most 2'],
    ['url: http://u:secret@host', '1: url: "http://***@host" is not allowed; allowed: a URL'],
    ['part: {on: yes}', '1: part.on: "yes" is not allowed; allowed: true, false'],
    ['heap: {max-size: 3}\nheap.max-size: 4', '2: heap.max-size: was given before, at '],
    ['level: info\nlevel: warn', '2: is not YAML: Map keys must be unique'],
    ['- level', '1: is no mapping of settings, such as "log: {level: info}"'],
    ['level', '1: is no mapping of settings, such as "log: {level: info}"'],
    ['level: info\n---\nlevel: warn', '2: is not YAML: '],
    ['level: [info', '1: is not YAML: '],
    ['level: !level info', '1: is not YAML: Unresolved tag'],
    ['heap: &h {max-size: 3, more: *h}', '1: heap.more: repeats a mapping by its alias; it must be written out'],
    ['level: *unknown', '1: '],
    ['? [a]\n: b', '1: has a key that is no text'],
    ['__proto__: {level: info}', '1: __proto__.level: there is no such setting'],
  ])('%j stops the start with the line of the file', (text, line) => {
    const error = (() => {
      try {
        read(text);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(BadSettingError);
    expect((error as Error).message).toContain(`${join(folder, 'c.yml')}:${line}`);
    expect((error as Error).message).not.toMatch(/\n|secret/);
  });

  it('must be there, and be no bigger than settings can be', () => {
    const refused = (path: string) => () => readSettings(filed, ['--config.file', path], {});
    expect(refused(join(folder, 'none.yml'))).toThrow(/^--config\.file: ".*none\.yml" cannot be read: ENOENT/);
    expect(refused(folder)).toThrow(/^--config\.file: ".*" cannot be read: EISDIR/);
    expect(refused(write('#'.repeat(1_048_577)))).toThrow(/^--config\.file: ".*" has 1048577 bytes; allowed: 1048576$/);
    expect(refused('')).toThrow('--config.file: "" is not allowed; allowed: a file');
  });
});
