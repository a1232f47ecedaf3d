import { describe, expect, it } from '@jest/globals';
import { firstRange, firstToShow, inOrder, matching, type Vm } from './records.ts';

const vm = (name: string, state: Vm['state'] = 'running'): Vm => ({
  uuid: `uuid-of-${name}`,
  name,
  host: 'host-a',
  state,
  firstSeen: 0,
  lastSeen: 0,
  owner: null,
  project: null,
  group: null,
  important: false,
  ips: [],
});

describe('VM list', () => {
  it('sorts by name with numbers in order', () => {
    const read = inOrder(['vm-10', 'vm-2', 'db'].map((name) => vm(name)));
    expect(read.map(({ name }) => name)).toEqual(['db', 'vm-2', 'vm-10']);
  });

  it('opens an abnormal VM first, otherwise the first', () => {
    expect(firstToShow([vm('a'), vm('b', 'abnormal')])?.name).toBe('b');
    expect(firstToShow([vm('a'), vm('b', null)])?.name).toBe('a');
    expect(firstToShow([])).toBeUndefined();
  });

  it('finds by every word, in name, host, UUID or state', () => {
    const vms = [vm('web-1'), vm('web-2', 'abnormal'), vm('db', null)];
    expect(matching(vms, 'WEB abn').map(({ name }) => name)).toEqual(['web-2']);
    expect(matching(vms, 'unknown').map(({ name }) => name)).toEqual(['db']);
    expect(matching(vms, ' ')).toHaveLength(3);
    const ana = { ...vm('x'), owner: 'Ana', ips: ['192.0.2.7'] };
    expect(matching([...vms, ana], '192.0.2 ana')).toEqual([ana]);
  });

  it('opens with the last minutes while all history is minutes old', () => {
    const minute = 60_000;
    expect(firstRange([vm('a')], 4 * minute)).toEqual({ from: 'now-5m', to: 'now' });
    expect(firstRange([vm('a'), { ...vm('b'), firstSeen: 5 * minute }], 6 * minute)).toEqual({
      from: 'now-15m',
      to: 'now',
    });
  });
});
