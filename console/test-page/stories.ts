import { FieldType, type DataFrame } from '@grafana/data';

/** A day of one VM, made up. */
export interface Story {
  /** Begin, ms since the epoch. */
  from: number;
  to: number;
  cpu: number;
  states: number;
  operations: number;
  alarms: number;
  /** The same seed makes the same day. */
  seed: number;
  vm?: number;
  /** 0: marks are spread evenly; 1: most come in bursts. */
  bursts?: number;
}

const STATES = ['running', 'running', 'running', 'dormant', 'stopped', 'abnormal'];
const RAW: Record<string, string> = {
  running: 'running (booted)',
  dormant: 'pmsuspended (unknown)',
  stopped: 'shutoff (shutdown)',
  abnormal: 'crashed (panicked)',
};
const KINDS = ['start', 'stop', 'reboot', 'snapshot', 'migrate', 'attach-disk', 'create'];
const RESULTS = ['ok', 'ok', 'ok', 'ok', 'failed', 'timeout', 'cancelled'];
const LEVELS = ['critical', 'major', 'minor', 'warning', 'indeterminate'];
const ALARMS = [
  'CPU saturated',
  'VM crashed',
  'Guest agent lost',
  'Read-only file system with a rather long name',
  'I/O error',
];

/** The frames of a story as the OMS sends them. */
export function framesOf(story: Story): DataFrame[] {
  const { from, to, seed, vm = 0 } = story;
  const random = randomOf(seed);
  const pick = <Item>(all: readonly Item[]): Item => all[Math.floor(random() * all.length)] as Item;
  const uuid = `0b5e0000-0000-4000-8000-${String(vm).padStart(12, '0')}`;
  const custom = { vm: { uuid, name: `vm-${vm}` }, now: to, lastSeen: to, binMs: 1 };
  const frame = (name: string, columns: Record<string, unknown[]>): DataFrame => ({
    name,
    refId: 'A',
    length: columns['time']?.length ?? 0,
    meta: { custom: { ...custom, faultline: name } },
    fields: Object.entries(columns).map(([field, values]) => ({
      name: field,
      type: typeOf(field, values),
      config: field === 'cpu' ? { unit: 'percent' } : {},
      values,
    })),
  });
  const even = (count: number) =>
    Array.from({ length: count }, (_, i) => from + ((to - from) * i) / Math.max(count, 1));
  const moments = (count: number) => momentsIn(story, count, random);
  const cpuTimes = even(story.cpu).map(Math.round);
  let level = 40;
  const cpu = cpuTimes.map(() => (level = Math.min(Math.max(level + (random() - 0.5) * 8, 0), 100)));
  const begins = even(story.states).map(Math.round);
  const states = begins.map(() => pick(STATES));
  const operationTimes = moments(story.operations);
  const alarmTimes = moments(story.alarms);
  return [
    frame('cpu', {
      time: cpuTimes,
      cpu,
      cpuMin: cpu.map((value) => value * 0.8),
      cpuMax: cpu.map((value) => value * 1.1),
    }),
    frame('state', {
      time: begins,
      timeEnd: begins.map((_, i) => begins[i + 1] ?? null),
      state: states,
      raw: states.map((state) => RAW[state] ?? state),
      host: begins.map(() => 'host-1'),
      source: begins.map(() => 'host'),
      count: begins.map(() => 1),
    }),
    frame('operations', {
      time: operationTimes,
      timeEnd: operationTimes.map((at) => at + Math.floor(random() * 60_000)),
      id: operationTimes.map((_, i) => `op-${i}`),
      kind: operationTimes.map(() => pick(KINDS)),
      initiator: operationTimes.map(() => 'admin'),
      result: operationTimes.map(() => pick(RESULTS)),
      cause: operationTimes.map(() => ''),
    }),
    frame('alarms', {
      time: alarmTimes,
      timeEnd: alarmTimes.map((at) => at + Math.floor(random() * 600_000)),
      id: alarmTimes.map((_, i) => `alarm-${i}`),
      name: alarmTimes.map(() => pick(ALARMS)),
      category: alarmTimes.map(() => 'processing'),
      level: alarmTimes.map(() => pick(LEVELS)),
      cause: alarmTimes.map(() => ''),
      occurrences: alarmTimes.map(() => 1),
    }),
  ];
}

function momentsIn({ from, to, bursts = 0 }: Story, count: number, random: () => number): number[] {
  const centres = [random(), random(), random()].map((part) => from + part * (to - from));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * centres.length)] ?? from;
    const inBurst = random() < bursts;
    const at = inBurst ? centre + (random() - 0.5) * 0.002 * (to - from) : from + random() * (to - from);
    return Math.round(Math.min(Math.max(at, from), to));
  }).sort((a, b) => a - b);
}

function typeOf(name: string, values: readonly unknown[]): FieldType {
  if (name === 'time' || name === 'timeEnd') {
    return FieldType.time;
  }
  return values.some((value) => typeof value === 'string') ? FieldType.string : FieldType.number;
}

/** Numbers from 0 to 1 that depend on nothing but the seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
