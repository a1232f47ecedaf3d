import { describe, expect, it } from '@jest/globals';
import { metricsText } from '../testing/metrics-text.ts';
import { CYCLE_METRICS, CycleError, cycleFromSamples } from './cycle.ts';
import { joined, stepsOf, type CounterReading } from './cpu.ts';
import { parseMetrics } from './parse.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const RUNNING = { state: 'running', reason: 'booted' } as const;
const cycleOf = (text: string) => cycleFromSamples(parseMetrics(text, CYCLE_METRICS));

describe('the cycle that a scrape carries', () => {
  it('has the host, the number, the time, and of each VM what was read', () => {
    const domains = [
      { name: 'web', uuid: UUID, raw: RUNNING, cpuTimeSeconds: 12.5, vcpus: 2, statsAt: 9500 },
      { name: 'stuck', uuid: UUID.replaceAll('1', '2'), raw: { state: 'paused', reason: 'ioerror' } as const },
    ];
    expect(cycleOf(metricsText({ number: 7, at: 10_001, domains }))).toEqual({
      host: 'hA',
      number: 7,
      at: 10_001,
      up: true,
      domains: [
        { vm: { name: 'web', uuid: UUID }, raw: RUNNING, cpu: { at: 9500, vcpus: 2, cpuTimeSeconds: 12.5 } },
        {
          vm: { name: 'stuck', uuid: UUID.replaceAll('1', '2') },
          raw: { state: 'paused', reason: 'ioerror' },
          cpu: null,
        },
      ],
    });
  });

  it('says nothing of any VM when libvirtd was not reached', () => {
    const domains = [{ name: 'web', uuid: UUID, raw: RUNNING }];
    expect(cycleOf(metricsText({ number: 7, at: 10_000, up: false, domains }))).toMatchObject({
      up: false,
      domains: [],
    });
  });

  it('tells whose a VM is and where it is reached, as far as the exporter says so (A3)', () => {
    const web = `domain="web",uuid="${UUID}"`;
    const text = [
      metricsText({ number: 7, at: 10_000, domains: [{ name: 'web', uuid: UUID, raw: RUNNING }] }),
      `libvirt_domain_openstack_info{${web},user_name="ana",project_name="",project_id="p1"} 1`,
      `libvirt_domain_interface_stats_info{${web},mac_address="52:54:00:00:00:01",target_device="vnet0"} 1`,
      `faultline_guest_nic_info{${web},mac="52:54:00:00:00:02",ip="",type="intranet"} 1`,
      `faultline_guest_nic_info{${web},mac="52:54:00:00:00:01",ip="10.0.0.5",type="intranet"} 1\n`,
    ].join('\n');
    expect(cycleOf(text).domains[0]?.described).toEqual({
      owner: 'ana',
      addresses: ['52:54:00:00:00:01', '52:54:00:00:00:02', '52:54:00:00:00:01', '10.0.0.5'],
    });
  });

  it('leaves out what cannot be true, and keeps the rest', () => {
    const text = metricsText({
      number: 7,
      at: 10_000,
      domains: [
        { name: 'no uuid', uuid: 'x', raw: RUNNING },
        { name: '', uuid: UUID.replaceAll('1', '2'), raw: RUNNING },
        { name: 'new state', uuid: UUID.replaceAll('1', '3'), raw: { state: 'dreaming' as 'running', reason: 'x' } },
        { name: 'no number', uuid: UUID.replaceAll('1', '4'), raw: RUNNING, cpuTimeSeconds: NaN },
        { name: 'no vcpus', uuid: UUID.replaceAll('1', '5'), raw: RUNNING, cpuTimeSeconds: 1, vcpus: 0 },
        { name: 'web', uuid: UUID, raw: RUNNING, cpuTimeSeconds: 1 },
      ],
    });
    expect(cycleOf(text).domains.map(({ vm, raw, cpu }) => [vm.name, raw?.state ?? null, cpu !== null])).toEqual([
      ['new state', null, false],
      ['no number', 'running', false],
      ['no vcpus', 'running', false],
      ['web', 'running', true],
    ]);
  });

  it.each([
    ['', 'no-host'],
    ['libvirt_up 1', 'no-host'],
    [metricsText({ number: 7, at: 1, host: '' }), 'no-host'],
    [metricsText({ number: -1, at: 1000 }), 'no-cycle'],
    [metricsText({ number: 1.5, at: 1000 }), 'no-cycle'],
    [metricsText({ number: 1, at: NaN }), 'no-cycle'],
    [metricsText({ number: 1, at: 0 }), 'no-cycle'],
    [metricsText({ number: 1, at: 9e18 }), 'no-cycle'],
  ])('refuses %j', (text, code) => {
    let thrown: unknown;
    try {
      cycleOf(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CycleError);
    expect(thrown).toMatchObject({ code });
  });
});

describe('the CPU polyline (A16, A20)', () => {
  const read = (at: number, cpuTimeSeconds: number, more: Partial<CounterReading> = {}): CounterReading => ({
    at,
    host: 'hA',
    vcpus: 2,
    cpuTimeSeconds,
    ...more,
  });
  const steps = (readings: CounterReading[], breaks: number[] = []) =>
    [...stepsOf(readings, { breaks, maxStepMs: 15_000 })].map(({ at, use }) => [at, use?.mean ?? null]);

  it('is the share of the time that the vCPUs had, never above 100', () => {
    expect(steps([read(0, 0), read(5000, 5), read(10_000, 30)])).toEqual([
      [5000, 50],
      [10_000, 100],
    ]);
  });

  it.each([
    ['a counter that was reset', read(10_000, 1)],
    ['another number of vCPUs', read(10_000, 6, { vcpus: 4 })],
    ['another host', read(10_000, 6, { host: 'hB' })],
    ['a silence', read(30_000, 6)],
  ])('breaks at %s', (_what, reading) => {
    expect(steps([read(0, 0), read(5000, 5), reading])).toEqual([
      [5000, 50],
      [reading.at, null],
    ]);
  });

  it('breaks where the VM had no process in between', () => {
    const readings = [read(0, 0), read(5000, 5), read(10_000, 6), read(15_000, 6), read(20_000, 16)];
    expect(steps(readings, [-9, 0, 6000, 15_000, 30_000])).toEqual([
      [5000, 50],
      [10_000, null],
      [15_000, null],
      [20_000, 100],
    ]);
  });

  it('has no step for one reading alone', () => {
    expect(steps([read(0, 5)])).toEqual([]);
    expect(steps([])).toEqual([]);
  });

  it('keeps the mean over all the time, the lowest and the highest where steps are summed up', () => {
    const [first, second] = stepsOf([read(0, 0), read(2000, 4), read(10_000, 4)], { breaks: [], maxStepMs: 15_000 });
    if (first === undefined || second === undefined) throw new Error('three readings make two steps');
    expect(joined(first, second)).toEqual({ at: 10_000, ms: 10_000, use: { mean: 20, min: 0, max: 100 } });
    expect(joined(null, first)).toBe(first);
  });
});
