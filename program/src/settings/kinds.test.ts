import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as kinds from './kinds.ts';

describe('kinds of settings', () => {
  const duration = kinds.duration({ from: '500ms', to: '1h', example: '15s' });
  const integer = kinds.integer({ from: 1, to: 15 });
  const address = kinds.address({ leastPort: 0, example: '[::1]:1' });
  const everywhere = kinds.address({ leastPort: 0, example: ':1', isHostOptional: true });
  const bare = kinds.address({ leastPort: 1, example: '[::1]:1', hostOfBarePort: '127.0.0.1' });
  const plainUrl = kinds.httpUrl({ query: false, allowed: 'a URL' });
  const queryUrl = kinds.httpUrl({ query: true, allowed: 'a URL' });

  it.each([
    [duration, '500ms', 500],
    [duration, '1h', 3_600_000],
    [duration, '61m', undefined],
    [duration, '499ms', undefined],
    [duration, '15', undefined],
    [duration, '1.5s', undefined],
    [integer, '1', 1],
    [integer, '15', 15],
    [integer, '16', undefined],
    [integer, '1e1', undefined],
    [integer, '-1', undefined],
    [integer, '', undefined],
    [address, '127.0.0.1:9177', { host: '127.0.0.1', port: 9177 }],
    [address, '[::1]:0', { host: '::1', port: 0 }],
    [address, '::1:9177', undefined],
    [address, '[nonsense]:1', undefined],
    [address, ':9177', undefined],
    [address, '9177', undefined],
    [address, 'localhost:65536', undefined],
    [everywhere, ':9177', { host: '', port: 9177 }],
    [everywhere, '9177', undefined],
    [everywhere, ':x', undefined],
    [everywhere, ':65536', undefined],
    [everywhere, '[::1]:9177', { host: '::1', port: 9177 }],
    [bare, '9177', { host: '127.0.0.1', port: 9177 }],
    [bare, '0', undefined],
    [plainUrl, 'http://oms:3000/base', 'http://oms:3000/base'],
    [plainUrl, 'http://oms:3000/?a=b', undefined],
    [plainUrl, 'http://user:pw@oms', undefined],
    [plainUrl, 'http://oms:99999', undefined],
    [plainUrl, 'ftp://oms', undefined],
    [queryUrl, 'http://h/metrics?a=b', 'http://h/metrics?a=b'],
    [kinds.libvirtUri, 'qemu+unix:///system?socket=/s', 'qemu+unix:///system?socket=/s'],
    [kinds.libvirtUri, '/var/run/libvirt-sock', undefined],
    [kinds.logLevel, 'warn', 'warn'],
    [kinds.logLevel, 'loud', undefined],
    [kinds.folder({ base: '/srv' }), 'data', '/srv/data'],
    [kinds.folder(), 'data', resolve('data')],
    [kinds.folder(), '', undefined],
    [kinds.toggle, 'true', true],
    [kinds.toggle, 'false', false],
    [kinds.toggle, 'TRUE', undefined],
    [kinds.toggle, '', undefined],
  ])('%o reads %j as %j', (kind, text, value) => {
    expect(kind.read(text)).toEqual(value);
  });

  it('says what is allowed', () => {
    expect(duration.allowed).toBe('a duration from 500ms to 1h, such as 15s');
    expect(integer.allowed).toBe('a whole number from 1 to 15');
    expect(kinds.integer({ from: 0, to: 9, of: 'bytes' }).allowed).toBe('a whole number of bytes from 0 to 9');
    expect(kinds.oneOf(['a', 'b']).allowed).toBe('a, b');
  });
});
