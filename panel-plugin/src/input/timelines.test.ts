import { describe, expect, it } from '@jest/globals';
import { frame, VM } from '../timeline/testing.ts';
import type { Timeline } from '../timeline/model.ts';
import { mappingFrom, type MappingRow } from './mapping.ts';
import { CLOCK, promSeries, steady, table } from './testing.ts';
import { timelinesFromFrames } from './timelines.ts';

type Frames = Parameters<typeof timelinesFromFrames>[0];

const read = (frames: Frames, mapping: MappingRow[] = []) => timelinesFromFrames(frames, mapping, CLOCK);
const only = (frames: Frames, mapping: MappingRow[] = []): Timeline => {
  const { timelines } = read(frames, mapping);
  expect(timelines).toHaveLength(1);
  return timelines[0] as Timeline;
};
const bar = ({ states }: Timeline) => states.map(({ from, to, state }) => [from, to, state]);
const web = { domain: 'web', uuid: 'u-1', instance: 'host-a:9177' };
const METRIC = {
  state: 'libvirt_domain_info_state',
  cpu: 'libvirt_domain_info_cpu_time_seconds_total',
  vcpus: 'libvirt_domain_info_virtual_cpus',
};
const named = (name: string, labels: Record<string, string> = web) => ({ __name__: name, ...labels });

describe('frames of our data source', () => {
  const cpu = frame('cpu', { time: [100], cpu: [10] });
  const state = frame('state', { time: [0], timeEnd: [400], state: ['running'] });

  it('are read as before, with what they lack', () => {
    const { timelines, problems } = read([
      cpu,
      state,
      frame('alarms', { time: [], timeEnd: [], id: [], name: [], level: [] }),
    ]);
    expect(timelines).toHaveLength(1);
    expect(timelines[0]).toMatchObject({ vm: VM, now: 1000, heard: 1000, cpu: { values: [10] }, others: [] });
    expect(timelines[0]?.problems).toEqual([{ kind: 'missing-frame', frame: 'operations' }]);
    expect(problems).toEqual([]);
  });

  it('of several VMs are as many timelines', () => {
    const other = { vm: { uuid: 'B', name: 'guest-2' } };
    const { timelines } = read([cpu, frame('cpu', { time: [1], cpu: [99] }, other), state]);
    expect(timelines.map(({ vm }) => vm?.name)).toEqual(['guest-1', 'guest-2']);
    expect(timelines.map((one) => one.cpu.values)).toEqual([[10], [99]]);
  });

  it('made by hand, without meta, belong to the only VM', () => {
    expect(only([{ name: 'cpu', refId: 'A', fields: [] }]).vm).toEqual({ uuid: '', name: '' });
  });
});

describe('series of the libvirt exporters in Prometheus', () => {
  it('draw the state from its number, and nothing past the last sample and its step', () => {
    const timeline = only([
      promSeries('A', named(METRIC.state, { ...web, state_desc: 'running' }), steady(0, 60_000, 1)),
      promSeries('A', named(METRIC.state, { ...web, state_desc: 'crashed' }), steady(75_000, 90_000, 6)),
    ]);
    expect(timeline.vm).toEqual({ uuid: 'u-1', name: 'web' });
    expect(bar(timeline)).toEqual([
      [0, 75_000, 'running'],
      [75_000, 105_000, 'abnormal'],
    ]);
    expect(timeline.heard).toBe(105_000);
  });

  it('draw the state from a state set, with the reason where there is one', () => {
    const set = (state: string, values: number[]) =>
      promSeries(
        'A',
        named('libvirt_domain_state', { ...web, state }),
        values.map((value, i) => [i * 15_000, value]),
      );
    const reason = promSeries(
      'B',
      named('libvirt_domain_state_reason_info', { ...web, state: 'paused', reason: 'ioerror' }),
      [[15_000, 1]],
    );
    const timeline = only([set('running', [1, 0, 1]), set('paused', [0, 1, 0]), reason]);
    expect(bar(timeline)).toEqual([
      [0, 15_000, 'running'],
      [15_000, 30_000, 'abnormal'],
      [30_000, 45_000, 'running'],
    ]);
    expect(timeline.states[1]?.raw).toBe('paused (ioerror)');
  });

  it.each(['libvirt_domain_info_vstate', 'libvirt_domain_state_code', 'libvirtd_domain_domain_state'])(
    'know %s of the other exporters',
    (name) => {
      expect(bar(only([promSeries('A', named(name), [[0, 3]])]))).toEqual([[0, 15_000, 'dormant']]);
    },
  );

  it('leave silence empty', () => {
    const samples = [...steady(0, 30_000, 1), ...steady(600_000, 615_000, 1)];
    expect(bar(only([promSeries('A', named(METRIC.state), samples)]))).toEqual([
      [0, 45_000, 'running'],
      [600_000, 630_000, 'running'],
    ]);
  });

  it('believe the host that has the process, while a VM moves', () => {
    const timeline = only([
      promSeries('A', named(METRIC.state, { domain: 'web', instance: 'a' }), [
        ...steady(0, 60_000, 1),
        ...steady(75_000, 120_000, 5),
      ]),
      promSeries('A', named(METRIC.state, { domain: 'web', instance: 'b' }), steady(60_000, 120_000, 1)),
    ]);
    expect(timeline.states.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 75_000, 'running'],
      [75_000, 135_000, 'running'],
    ]);
    expect(timeline.states.map(({ host }) => host)).toEqual(['a', 'b']);
  });

  it('of one name on two hosts that both run for long are two VMs', () => {
    const { timelines } = read(
      ['a', 'b'].map((instance) =>
        promSeries('A', named(METRIC.state, { domain: 'web', instance }), steady(0, 900_000, 1)),
      ),
    );
    expect(timelines.map(({ vm }) => vm?.name)).toEqual(['web (a)', 'web (b)']);
  });

  it('make percent of the vCPUs from the counter', () => {
    const counter: [number, number][] = [
      [0, 100],
      [15_000, 115],
      [30_000, 145],
      [45_000, 2],
    ];
    const timeline = only([
      promSeries('A', named(METRIC.cpu), counter),
      promSeries('B', named(METRIC.vcpus), steady(0, 45_000, 2)),
    ]);
    expect(timeline.cpu.times).toEqual([15_000, 30_000, 45_000]);
    expect(timeline.cpu.values).toEqual([50, 100, null]);
  });

  it('add up the vCPUs where only they are asked for', () => {
    const vcpu = (n: string, used: number) =>
      promSeries('A', named('libvirt_domain_vcpu_time_seconds_total', { ...web, vcpu: n }), [
        [0, 0],
        [15_000, used],
      ]);
    expect(only([vcpu('0', 15), vcpu('1', 0)]).cpu.values).toEqual([50]);
  });

  it('say that percent are of one vCPU where nothing tells how many there are', () => {
    const { timelines, problems } = read([
      promSeries('C', named(METRIC.cpu), [
        [0, 0],
        [15_000, 15],
      ]),
    ]);
    expect(timelines[0]?.cpu.values).toEqual([100]);
    expect(problems).toEqual([{ kind: 'no-vcpus', query: 'C' }]);
  });

  it.each<[expr: string, value: number, percent: number, vcpus: number | null]>([
    [`rate(${METRIC.cpu}[5m])`, 1, 50, 2],
    [`rate(${METRIC.cpu}[5m]) * 100`, 100, 50, 2],
    [`rate(${METRIC.cpu}[5m]) / ${METRIC.vcpus}`, 0.5, 50, null],
    [`100 * rate(${METRIC.cpu}[5m]) / on (domain) ${METRIC.vcpus}`, 50, 50, null],
    ['avg by (domain) (irate(libvirt_domain_vcpu_time_seconds_total[5m]))', 0.5, 50, null],
    ['rate(libvirtd_domain_cpu_time[5m])', 1e9, 50, 2],
    ['rate(libvirtd_domain_cpu_time[5m]) / 1e9', 1, 50, 2],
  ])('know what %s gives', (expr, value, percent, vcpus) => {
    const frames = [promSeries('A', { domain: 'web' }, [[0, value]], { expr })];
    if (vcpus !== null) {
      frames.push(promSeries('B', named(METRIC.vcpus, { domain: 'web' }), [[0, vcpus]]));
    }
    expect(only(frames).cpu.values).toEqual([percent]);
  });

  it('are joined by name with those that have a uuid', () => {
    const timeline = only([
      promSeries('A', named(METRIC.state), [[0, 1]]),
      promSeries('B', { domain: 'web' }, [[0, 0.5]], { expr: `rate(${METRIC.cpu}[5m]) / ${METRIC.vcpus}` }),
    ]);
    expect(timeline).toMatchObject({ vm: { uuid: 'u-1' }, cpu: { values: [50] } });
  });

  it("take the owner's name of an instance", () => {
    const info = promSeries(
      'B',
      named('libvirt_domain_openstack_info', { domain: 'instance-01', instance_name: 'shop' }),
      [[0, 1]],
    );
    const state = promSeries('A', named(METRIC.state, { domain: 'instance-01' }), [[0, 1]]);
    expect(only([info, state]).vm?.name).toBe('shop');
  });

  it('make alarms of alerts that fire, by their severity; one that still fires is not cleared', () => {
    const alert = (samples: [number, number][], labels: Record<string, string>) =>
      promSeries('D', { __name__: 'ALERTS', alertname: 'VmDown', alertstate: 'firing', ...web, ...labels }, samples);
    const { now } = CLOCK;
    const timeline = only([
      alert(steady(0, 30_000, 1), { severity: 'warning' }),
      alert(steady(now - 60_000, now, 1), { severity: 'critical' }),
      alert(steady(0, 30_000, 1), { severity: 'critical', alertstate: 'pending' }),
    ]);
    expect(timeline.alarms.map(({ from, to, name, level }) => [from, to, name, level])).toEqual([
      [0, 45_000, 'VmDown', 'minor'],
      [now - 60_000, null, 'VmDown', 'critical'],
    ]);
    expect(timeline.alarms[1]?.told).toEqual([...Object.entries(web), ['severity', 'critical']]);
  });

  it('take the begin of an alert from ALERTS_FOR_STATE where nothing else is asked for', () => {
    const since = promSeries('D', named('ALERTS_FOR_STATE', { ...web, alertname: 'VmDown' }), [[120_000, 60]]);
    expect(only([since]).alarms).toMatchObject([{ from: 60_000, to: 135_000 }]);
    const fires = promSeries('D', named('ALERTS', { ...web, alertname: 'VmDown', alertstate: 'firing' }), [
      [120_000, 1],
    ]);
    expect(only([since, fires]).alarms).toMatchObject([{ from: 120_000 }]);
  });

  it('say what they cannot place, once a query', () => {
    const rss = (domain: string) =>
      promSeries('E', named('libvirt_domain_memory_stats_rss_bytes', { domain }), [[0, 1]]);
    const { timelines, problems } = read([rss('a'), rss('b')]);
    expect(timelines).toEqual([]);
    expect(problems).toEqual([{ kind: 'unmapped', query: 'E', of: ['libvirt_domain_memory_stats_rss_bytes'] }]);
  });

  it('say what is no answer to a range query', () => {
    const state = promSeries('A', named(METRIC.state), [[0, 1]]);
    const instant = {
      ...state,
      refId: 'B',
      meta: { ...state.meta, type: 'numeric-multi', custom: { resultType: 'vector' } },
    };
    const asTable = table(
      'C',
      { Time: [0], domain: ['web'], Value: [1] },
      { meta: { executedQueryString: `Expr: ${METRIC.state}` } },
    );
    const noTime = { ...state, refId: 'D', fields: state.fields.slice(1) };
    expect(read([instant, asTable, noTime]).problems).toEqual([
      { kind: 'one-moment', query: 'B' },
      { kind: 'table-format', query: 'C' },
      { kind: 'no-time', query: 'D', fields: ['Value'] },
    ]);
  });

  it('need no answer where others have one: no alert fires', () => {
    const none = { refId: 'D', meta: { executedQueryString: 'Expr: ALERTS' }, fields: [] };
    expect(read([promSeries('A', named(METRIC.state), [[0, 1]]), none]).problems).toEqual([]);
    expect(read([none]).problems).toEqual([{ kind: 'empty-query', query: 'D' }]);
  });
});

describe('a mapping', () => {
  const cpu = (unit?: string, values = [0.5, 1]) => {
    const made = table('A', { time: [0, 15_000], load: values });
    return { ...made, fields: made.fields.map((field) => ({ ...field, config: { unit } })) };
  };

  it('shows a query as CPU, in percent or as a ratio, as its unit or the row says', () => {
    expect(only([cpu('percentunit')], [{ refId: 'A', as: 'cpu' }]).cpu.values).toEqual([50, 100]);
    expect(only([cpu()], [{ refId: 'A', as: 'cpu', unit: 'percentunit' }]).cpu.values).toEqual([50, 100]);
    expect(only([cpu('percent', [50, 7])], [{ refId: 'A', as: 'cpu' }]).cpu.values).toEqual([50, 7]);
  });

  it('says where a ratio may have been taken for percent', () => {
    expect(read([cpu()], [{ refId: 'A', as: 'cpu' }]).problems).toEqual([{ kind: 'ratio', query: 'A' }]);
  });

  it('shows a field by name, whatever the query, and its second CPU on the other axis', () => {
    const timeline = only(
      [cpu('percent'), table('B', { time: [0], mem: [3] })],
      [
        { refId: 'A', as: 'cpu' },
        { field: 'mem', as: 'second' },
      ],
    );
    expect(timeline.others).toEqual([{ name: 'mem', unit: '', times: [0], values: [3] }]);
    const two = only(
      [cpu('percent'), table('B', { time: [0], host: [3] })],
      [
        { refId: 'A', as: 'cpu' },
        { refId: 'B', as: 'cpu' },
      ],
    );
    expect(two.cpu.values).toEqual([0.5, 1]);
    expect(two.others).toMatchObject([{ name: 'host', unit: 'percent', values: [3] }]);
  });

  it('shows words over time as states, and says which it does not know', () => {
    const states = table('A', { time: [0, 15_000, 30_000, 45_000], status: ['up', 'up', 'melting', '<b>'] });
    const { timelines, problems } = read([states], [{ refId: 'A', as: 'state' }]);
    expect(bar(timelines[0] as Timeline)).toEqual([
      [0, 30_000, 'running'],
      [30_000, 45_000, 'unknown'],
      [45_000, 60_000, 'unknown'],
    ]);
    expect(problems).toEqual([{ kind: 'unknown-states', query: 'A', words: ['melting', '<b>'] }]);
    const values = [{ value: 'Melting', state: 'abnormal' as const }];
    expect(only([states], [{ refId: 'A', as: 'state', values }]).states[1]?.state).toBe('abnormal');
  });

  it('shows numbers as states: libvirt’s, or as the row says', () => {
    const numbers = table('A', { time: [0, 15_000], s: [1, 42] });
    const values = [{ value: '42', state: 'stopped' as const }];
    expect(only([numbers], [{ refId: 'A', as: 'state', values }]).states.map(({ state }) => state)).toEqual([
      'running',
      'stopped',
    ]);
  });

  it('shows states with an end; one without lasts until the next or the end of the range', () => {
    const states = table('A', {
      time: [50_000, 0],
      timeEnd: [null, 80_000],
      state: ['paused', 'running'],
    });
    expect(bar(only([states], [{ refId: 'A', as: 'state' }]))).toEqual([
      [0, 50_000, 'running'],
      [50_000, CLOCK.rangeEnd, 'dormant'],
    ]);
  });

  it('shows tables, logs and annotations as operations and alarms', () => {
    const operations = table('A', {
      time: [20_000, 10_000],
      timeEnd: [0, 12_000],
      title: ['stop', '<img src=x>'],
      text: ['by hand', ''],
      result: ['failed', 'success'],
      user: ['anna', 'ben'],
    });
    const alarms = table('B', { time: [5000], severity: ['critical'], message: ['disk full'] });
    const timeline = only(
      [operations, alarms],
      [
        { refId: 'A', as: 'operations' },
        { refId: 'B', as: 'alarms' },
      ],
    );
    expect(
      timeline.operations.map(({ from, to, kind, initiator, result, cause }) => [
        from,
        to,
        kind,
        initiator,
        result,
        cause,
      ]),
    ).toEqual([
      [10_000, 12_000, '<img src=x>', 'ben', 'ok', ''],
      [20_000, null, 'stop', 'anna', 'failed', 'by hand'],
    ]);
    expect(timeline.alarms).toMatchObject([{ from: 5000, to: 5000, name: 'disk full', level: 'critical' }]);
  });

  it('reads logs, whose level and VM are among the labels of each line', () => {
    const logs = table('A', { Time: [5000, 6000], Line: ['disk full', 'bye'] });
    const labels = {
      name: 'labels',
      type: 'other',
      values: [{ domain: 'web', detected_level: 'error' }, { domain: 'db' }],
    };
    const { timelines } = read([{ ...logs, fields: [...logs.fields, labels] }], [{ refId: 'A', as: 'alarms' }]);
    expect(timelines.map(({ vm, alarms }) => [vm?.name, alarms[0]?.name, alarms[0]?.level])).toEqual([
      ['web', 'disk full', 'major'],
      ['db', 'bye', 'indeterminate'],
    ]);
  });

  it('takes end, title and level from the fields it names', () => {
    const alarms = table('A', { time: [5000], name: ['x'], what: ['Fan'], until: [6000], how: ['major'] });
    const until = {
      ...alarms,
      fields: alarms.fields.map((one) => (one.name === 'until' ? { ...one, type: 'number' } : one)),
    };
    const row = { refId: 'A', as: 'alarms' as const, field: 'what', timeEnd: 'until', level: 'how' };
    expect(only([until], [row]).alarms).toMatchObject([{ to: 6000, name: 'Fan', level: 'major' }]);
  });

  it('parts a table by the VM its rows name', () => {
    const cpu = table('A', { time: [0, 0, 15_000], vm: ['a', 'b', 'a'], load: [1, 2, 3] });
    const { timelines } = read([cpu], [{ refId: 'A', as: 'cpu', unit: 'percent' }]);
    expect(timelines.map(({ vm, cpu }) => [vm?.name, cpu.values])).toEqual([
      ['a', [1, 3]],
      ['b', [2]],
    ]);
  });

  it('goes before what is recognised: another CPU is shown, ours is one of the others', () => {
    const ours = frame('cpu', { time: [100], cpu: [10] });
    const timeline = only(
      [ours, table('B', { time: [200], load: [70] })],
      [{ refId: 'B', as: 'cpu', unit: 'percent' }],
    );
    expect(timeline.cpu.values).toEqual([70]);
    expect(timeline.others).toMatchObject([{ name: 'CPU', values: [10] }]);
  });

  it('says which query lacks what', () => {
    const { problems } = read(
      [
        table('A', { x: [1] }),
        table('B', { time: [0], note: ['hello'] }),
        table('C', { time: [0], n: [1] }),
        table('D', { time: [0], n: [1], title: ['t'] }),
      ],
      [
        { refId: 'A', as: 'cpu' },
        { refId: 'B', as: 'cpu' },
        { refId: 'C', as: 'operations' },
        { refId: 'D', as: 'alarms', level: 'sev' },
        { refId: 'Z', as: 'cpu' },
        { as: 'cpu' },
      ],
    );
    expect(problems).toEqual([
      { kind: 'no-time', query: 'A', fields: ['x'] },
      { kind: 'no-field', query: 'B', as: 'cpu', fields: ['time', 'note'] },
      { kind: 'no-field', query: 'C', as: 'operations', fields: ['time', 'n'] },
      { kind: 'no-such-field', query: 'D', field: 'sev', fields: ['time', 'n', 'title'] },
      { kind: 'unused-row', query: 'Z', field: '', as: 'cpu', queries: ['A', 'B', 'C', 'D'] },
    ]);
  });

  it('is read from options of any shape', () => {
    expect(mappingFrom([{ as: 'cpu' }, { as: 'soup' }, null, 7])).toEqual([{ as: 'cpu' }]);
    expect([mappingFrom(undefined), mappingFrom({ as: 'cpu' })]).toEqual([[], []]);
  });
});

describe('mixed queries', () => {
  it('of one VM make one timeline', () => {
    const uuid = VM.uuid;
    const timeline = only([
      frame('operations', { time: [5], timeEnd: [6], id: ['o'], kind: ['stop'], result: ['ok'] }, { now: CLOCK.now }),
      promSeries('B', named(METRIC.state, { domain: 'other-name', uuid }), [[0, 1]]),
      promSeries('C', { alertname: 'X', severity: 'critical', alertstate: 'firing', __name__: 'ALERTS' }, [[0, 1]]),
    ]);
    expect(timeline).toMatchObject({
      vm: VM,
      operations: [{ id: 'o' }],
      states: [{ state: 'running' }],
      alarms: [{ name: 'X' }],
    });
    expect(timeline.problems.map((problem) => 'frame' in problem && problem.frame)).toEqual(['cpu']);
  });

  it('say which of them does not tell whose it is', () => {
    const { timelines, problems } = read([
      promSeries('A', named(METRIC.state, { domain: 'a' }), [[0, 1]]),
      promSeries('A', named(METRIC.state, { domain: 'b' }), [[0, 1]]),
      promSeries('B', named('ALERTS', { alertname: 'HostDown', job: 'node' }), [[0, 1]]),
    ]);
    expect(timelines).toHaveLength(2);
    expect(problems).toEqual([{ kind: 'no-vm', query: 'B', labels: ['alertname', 'job'] }]);
  });
});

describe('frames of any shape', () => {
  it('never throw', () => {
    const hostile: Frames = [
      { fields: [] },
      {
        name: 'cpu',
        fields: [
          { name: 'time', values: ['x', {}, null] },
          { name: 'cpu', values: [] },
        ],
      },
      { refId: 'A', fields: [{ name: 'Time', type: 'time', values: [NaN, -1, 2] }] },
      promSeries('B', named(METRIC.state), [
        [NaN, 1],
        [0, NaN],
        [0, 99],
        [-5, -1],
      ]),
      promSeries('C', named('libvirt_domain_state', { domain: '__proto__', state: 'constructor' }), [[0, 1]]),
      promSeries('D', { __name__: '' }, [[0, 1]]),
      table('E', { time: [0], constructor: ['x'] }),
    ];
    const rows: MappingRow[] = [
      { field: 'constructor', as: 'operations' },
      { refId: 'A', as: 'state' },
    ];
    expect(() => read(hostile, rows)).not.toThrow();
  });

  it('say what they are when nobody understands them', () => {
    expect(read([table('A', { time: [0], n: [1] }), table('B', { n: [1] })]).problems).toEqual([
      { kind: 'unmapped', query: 'A', of: ['time', 'n'] },
      { kind: 'no-time', query: 'B', fields: ['n'] },
    ]);
  });

  it('may be of 864 000 points', () => {
    const times = Array.from({ length: 864_000 }, (_, i) => i * 1000);
    const cpu = table('A', { time: times, load: times.map((time) => time % 100) });
    expect(only([cpu], [{ refId: 'A', as: 'cpu', unit: 'percent' }]).cpu.times.length).toBeGreaterThan(9000);
    const ours = frame('cpu', { time: times, cpu: times.map(() => 5) }, { now: Infinity });
    expect(only([ours]).cpu.times).toHaveLength(864_000);
  });
});
