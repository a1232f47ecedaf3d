import { userInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { userName } from './user.ts';

describe('who runs the process', () => {
  it('is told by name, or by number where the system has no name', () => {
    expect(userName()).toBe(userInfo().username);
    const nameless = (): never => {
      throw new Error('A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)');
    };
    expect(userName(nameless)).toBe(`uid-${process.getuid?.()}`);
  });
});
