import { describe, expect, it } from '@jest/globals';
import { environmentFileOf } from './environment-file.ts';
import * as kinds from './kinds.ts';
import type { Program } from './program.ts';

const PROGRAM: Program = {
  about: 'a program',
  envPrefix: 'PROGRAM_',
  settings: {
    port: { flag: 'web.port', kind: kinds.integer({ from: 1, to: 9 }), description: 'Where it listens.', default: '3' },
    names: { flag: 'name', kind: kinds.oneOf(['a', 'b']), description: 'Whom it serves.', atMost: 2 },
  },
};

describe('the file for systemd', () => {
  it('explains every setting, and sets those that are given', () => {
    expect(environmentFileOf(PROGRAM, { PROGRAM_NAME: 'a,b' })).toBe(`# Where it listens.
# a whole number from 1 to 9
#PROGRAM_WEB_PORT=3

# Whom it serves.
# a, b (several: with commas between them)
PROGRAM_NAME=a,b
`);
  });

  it('sets nothing that is no setting', () => {
    expect(() => environmentFileOf(PROGRAM, { PROGRAM_NAMES: 'a' })).toThrow('PROGRAM_NAMES');
  });
});
