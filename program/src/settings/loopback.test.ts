import { describe, expect, it } from '@jest/globals';
import { isLoopback } from './loopback.ts';

describe('an address', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.255.0.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['localhost', true],
    ['LocalHost', true],
    ['128.0.0.1', false],
    ['0.0.0.0', false],
    ['::', false],
    ['::ffff:10.0.0.1', false],
    ['', false],
    ['localhost.evil.example', false],
  ])('%s is reached from this machine only: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});
