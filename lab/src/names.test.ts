import { describe, expect, it } from '@jest/globals';
import { checkGuestName, checkHostName, guestHostname } from './names.ts';

const unusable = expect.objectContaining({ code: 'name-unusable' });

describe('names', () => {
  it.each(['vm1', 'a b', `<&"'>`, '-x', '虚拟机', 'a'.repeat(200)])('takes %j for a guest', (name) => {
    expect(checkGuestName(name)).toBe(name);
  });

  it.each(['', ' ', '.', '..', 'a/b', 'a\nb', 'a\u0000', 'a\u001b[31m', '\ud800', 'a'.repeat(201)])(
    'refuses %j for a guest',
    (name) => {
      expect(() => checkGuestName(name)).toThrow(unusable);
    },
  );

  it.each(['', '1a', '../a', 'a b', 'a'.repeat(33)])('refuses %j for a host', (name) => {
    expect(() => checkHostName(name)).toThrow(unusable);
  });

  it.each([
    ['vm1', 'vm1'],
    ['my <vm>', 'my-vm'],
    ['虚拟机', 'guest'],
  ])('calls the guest %j %j from inside', (name, hostname) => {
    expect(guestHostname(name)).toBe(hostname);
  });
});
