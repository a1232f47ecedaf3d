import { describe, expect, it } from '@jest/globals';
import type { OpenAlarms } from '../../oms/alarm.ts';
import { openAlarmsByVm } from '../../oms/alarm.ts';
import type { Vm } from '../../oms/records.ts';
import { worstFirst } from './order.ts';

const vm = (name: string, more: Partial<Vm> = {}): Vm => ({
  ...{ uuid: `uuid-of-${name}`, name, host: 'h', state: 'running', firstSeen: 0, lastSeen: 0 },
  ...{ owner: null, project: null, group: null, important: false, ips: [] },
  ...more,
});
const names = (vms: readonly Vm[], open: Record<string, OpenAlarms> = {}): string =>
  worstFirst(vms, new Map(Object.entries(open).map(([name, alarms]) => [`uuid-of-${name}`, alarms])))
    .map(({ name }) => name)
    .join(' ');

describe('worst first', () => {
  it('is abnormal, then silent, then by the worst open alarm, then the rest', () => {
    const vms = [
      vm('well'),
      vm('stopped', { state: 'stopped' }),
      vm('warned'),
      vm('critical'),
      vm('silent', { state: null }),
      vm('abnormal', { state: 'abnormal' }),
    ];
    const open = { warned: { count: 9, worst: 'warning' }, critical: { count: 1, worst: 'critical' } } as const;
    expect(names(vms, open)).toBe('abnormal silent critical warned stopped well');
  });

  it('has the important ones first among the equally bad, then those with more alarms, then names with numbers in order', () => {
    const vms = [vm('vm-10'), vm('vm-2'), vm('z', { important: true }), vm('y'), vm('x')];
    const open = { x: { count: 1, worst: 'major' }, y: { count: 2, worst: 'major' } } as const;
    expect(names(vms, open)).toBe('y x z vm-2 vm-10');
  });

  it('is the same in whatever order they come, also of VMs of one name', () => {
    const vms = [vm('a', { uuid: '2' }), vm('a', { uuid: '1' })];
    const uuids = (list: readonly Vm[]) => worstFirst(list, new Map()).map(({ uuid }) => uuid);
    expect(uuids(vms)).toEqual(['1', '2']);
    expect(uuids([...vms].reverse())).toEqual(['1', '2']);
    expect(worstFirst([], new Map())).toEqual([]);
  });
});

describe('open alarms by VM', () => {
  it('are counted with their worst level; those of no VM are nobody’s', () => {
    const on = (uuid: string) => ({ vm: { uuid, name: uuid } });
    const open = openAlarmsByVm([
      { ...on('a'), level: 'minor' },
      { ...on('a'), level: 'critical' },
      { ...on('a'), level: 'warning' },
      { ...on('b'), level: 'indeterminate' },
      { level: 'critical' },
    ]);
    expect([...open]).toEqual([
      ['a', { count: 3, worst: 'critical' }],
      ['b', { count: 1, worst: 'indeterminate' }],
    ]);
  });
});
