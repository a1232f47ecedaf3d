import { describe, expect, it } from '@jest/globals';
import { logfmtLine } from './logfmt.ts';

describe('logfmt', () => {
  it.each([
    [
      { level: 30, time: 1_700_000_000_123, pid: 1, hostname: 'h', url: 'http://a:1', oms: null, msg: 'it listens' },
      'time=2023-11-14T22:13:20.123Z level=info msg="it listens" url=http://a:1 oms=null',
    ],
    [{ level: 50, msg: 'a "b"\nc', n: 3, ok: true }, 'level=error msg="a \\"b\\"\\nc" n=3 ok=true'],
    [{ level: 35, msg: '', list: ['a', 'b'] }, 'level=35 msg="" list="[\\"a\\",\\"b\\"]"'],
    [{ 'a b="': 'x=y', '': 1 }, 'a_b__="x=y" _=1'],
    [{ forged: 'a\u001b[31m level=error' }, 'forged="a\\u001b[31m level=error"'],
    [{ path: 'C:\\x' }, 'path="C:\\\\x"'],
  ])('%j', (record, line) => {
    expect(logfmtLine(`${JSON.stringify(record)}\n`)).toBe(`${line}\n`);
  });

  it('leaves alone what is no JSON', () => {
    expect(logfmtLine('plain\n')).toBe('plain\n');
  });
});
