import { describe, expect, it } from '@jest/globals';
import { readVms, toFreeOptions, toVariableValues, toVmOptions } from './vms.ts';

const vm = (name: string, host: string, digit: number) => ({
  uuid: `00000000-0000-4000-8000-00000000000${digit}`,
  name,
  host,
  firstSeen: 0,
  lastSeen: 1,
  state: 'running' as const,
});
const vms = [vm('web-01', 'alpha', 1), vm('db', 'alpha', 2), vm('db', 'beta', 3)];

describe('VM list', () => {
  it('gives a variable names to read and UUIDs to use, telling equal names apart by host', () => {
    expect(toVariableValues(vms)).toEqual([
      { text: 'web-01', value: vms[0]?.uuid },
      { text: 'db (alpha)', value: vms[1]?.uuid },
      { text: 'db (beta)', value: vms[2]?.uuid },
    ]);
  });

  it('searches names, hosts and UUIDs, every word of it', () => {
    expect(toVmOptions(vms, 'DB bet').map(({ value }) => value)).toEqual([vms[2]?.uuid]);
    expect(toVmOptions(vms, '0002').map(({ label }) => label)).toEqual(['db']);
    expect(toVmOptions(vms, '')).toHaveLength(3);
    expect(toVmOptions(vms, 'nothing like it')).toEqual([]);
  });

  it('offers variables and UUIDs beside the VMs, and never the half-written name', () => {
    const valuesOf = (search: string) => toFreeOptions(['vm', 'host'], search).map(({ value }) => value);
    expect(valuesOf('')).toEqual(['$vm', '$host']);
    expect(valuesOf('web')).toEqual([]);
    expect(valuesOf('$v')).toEqual(['$vm', '$v']);
    expect(valuesOf('${vm}')).toEqual(['${vm}']);
    expect(valuesOf(vms[0]?.uuid ?? '')).toEqual([vms[0]?.uuid]);
  });

  it('bounds what it offers', () => {
    const many = Array.from({ length: 600 }, (_, i) => vm(`vm-${i}`, 'a', 1));
    expect(toVmOptions(many, '')).toHaveLength(500);
  });

  it('says when there is no state', () => {
    expect(toVmOptions([{ ...vm('x', 'a', 1), state: null }], '')[0]?.description).toBe('state unknown on a');
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
