import { describe, expect, it } from '@jest/globals';
import { readVms, toFreeOptions, toVmOptions, vmsUrl } from './vms.ts';

const vm = (name: string, host: string, digit: number) => ({
  uuid: `00000000-0000-4000-8000-00000000000${digit}`,
  name,
  host,
  firstSeen: 0,
  lastSeen: 1,
  state: 'running' as const,
  owner: null,
  project: null,
  group: null,
  important: false,
  ips: [],
  macs: [],
});
const vms = [vm('web-01', 'alpha', 1), vm('db', 'alpha', 2), vm('db', 'beta', 3)];

describe('VM list', () => {
  it('asks for what is searched, and for no more than a person looks through', () => {
    expect(vmsUrl('')).toBe('/api/v1/vms?limit=500');
    expect(vmsUrl(' DB be&t ')).toBe('/api/v1/vms?limit=500&q=DB+be%26t');
    expect(new URLSearchParams(vmsUrl('x'.repeat(400)).split('?')[1]).get('q')).toHaveLength(255);
  });

  it('offers each by its name, with its state and host', () => {
    expect(toVmOptions(vms)[2]).toEqual({ label: 'db', value: vms[2]?.uuid, description: 'running on beta' });
  });

  it('offers variables and UUIDs beside the VMs, and never the half-written name', () => {
    const valuesOf = (search: string) => toFreeOptions(['vm', 'host'], search).map(({ value }) => value);
    expect(valuesOf('')).toEqual(['$vm', '$host']);
    expect(valuesOf('web')).toEqual([]);
    expect(valuesOf('$v')).toEqual(['$vm', '$v']);
    expect(valuesOf('${vm}')).toEqual(['${vm}']);
    expect(valuesOf(vms[0]?.uuid ?? '')).toEqual([vms[0]?.uuid]);
  });

  it('says when there is no state', () => {
    expect(toVmOptions([{ ...vm('x', 'a', 1), state: null }])[0]?.description).toBe('state unknown on a');
  });

  it.each([
    ['text', 'nope'],
    ['null', null],
    ['another object', { items: [] }],
    ['vms that are no list', { vms: {} }],
  ])('refuses %s', (_what, answer) => {
    expect(() => readVms(answer)).toThrow('not a list of VMs');
  });
});
