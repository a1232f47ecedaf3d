import { describe, expect, it } from '@jest/globals';
import { extendState, newState, type Wishes } from './plan.ts';

const empty = newState('tcg', '/cache/guest-1');

describe('what up makes', () => {
  it('is one host with two guests unless something else is asked', () => {
    const { hosts, guests } = extendState(empty, {});
    expect(hosts.map(({ name, address }) => [name, address])).toEqual([['hA', '10.77.0.1']]);
    expect(guests.map(({ name, host, address }) => [name, host, address])).toEqual([
      ['vm1', 'hA', '10.77.0.100'],
      ['vm2', 'hA', '10.77.0.101'],
    ]);
  });

  it('is nothing new when asked again', () => {
    const once = extendState(empty, { hosts: 2, guests: [{ name: 'a', vcpus: 2 }] });
    expect(extendState(once, {})).toEqual(once);
    expect(extendState(once, { hosts: 1, guests: [{ name: 'a', vcpus: 2 }] })).toEqual(once);
  });

  it('adds hosts and guests to those that are there', () => {
    const once = extendState(empty, { guests: [{ name: 'a' }] });
    const twice = extendState(once, { hosts: 2, guests: [{ name: 'b', host: 'hB' }] });
    expect(twice.hosts.map(({ name }) => name)).toEqual(['hA', 'hB']);
    expect(twice.guests).toEqual([once.guests[0], expect.objectContaining({ name: 'b', address: '10.77.0.101' })]);
  });

  it('gives every guest a uuid and a MAC address of its own', () => {
    const { guests } = extendState(empty, {});
    expect(new Set(guests.map(({ uuid }) => uuid)).size).toBe(2);
    expect(new Set(guests.map(({ mac }) => mac)).size).toBe(2);
  });

  it.each<[Wishes, string]>([
    [{ hosts: 0 }, 'setting-unusable'],
    [{ hosts: 27 }, 'setting-unusable'],
    [{ hosts: 1.5 }, 'setting-unusable'],
    [{ hosts: ['a b'] }, 'name-unusable'],
    [{ guests: [{ name: 'a/b' }] }, 'name-unusable'],
    [{ guests: [{ name: 'a', host: 'hZ' }] }, 'host-unknown'],
    [{ guests: [{ name: 'a', memoryMiB: 64 }] }, 'setting-unusable'],
    [{ guests: [{ name: 'a', vcpus: 0 }] }, 'setting-unusable'],
    [{ guests: [{ name: 'a', diskMiB: 1 }] }, 'setting-unusable'],
    [{ guests: [{ name: 'a', onCrash: 'explode' as 'destroy' }] }, 'setting-unusable'],
    [{ guests: [{ name: 'a' }, { name: 'a', vcpus: 2 }] }, 'guest-differs'],
  ])('is nothing for %j: %s', (wishes, code) => {
    expect(() => extendState(empty, wishes)).toThrow(expect.objectContaining({ code }));
  });
});
