import type { TimelineFrameName } from '@faultline/contracts';
import type {
  AlarmLevel,
  AlarmMark,
  CpuSamples,
  DrawnState,
  OperationMark,
  OperationResult,
  Problem,
  ShownState,
  StateInterval,
  Timeline,
} from './model.ts';

/** A data frame as Grafana gives it, reduced to what is read here; so that this folder needs nothing of Grafana's. */
export interface PlainFrame {
  name?: string | undefined;
  refId?: string | undefined;
  meta?: { custom?: Record<string, unknown> | undefined } | undefined;
  fields: readonly PlainField[];
}

interface PlainField {
  name: string;
  values: ArrayLike<unknown>;
}

/** The frames that are read, with the fields without which a row means nothing; the other fields may be absent. */
const NEEDED = {
  cpu: ['time', 'cpu'],
  state: ['time', 'timeEnd', 'state'],
  operations: ['time', 'timeEnd', 'id', 'kind', 'result'],
  alarms: ['time', 'timeEnd', 'id', 'name', 'level'],
  operationBuckets: ['time', 'timeEnd', 'count', 'failed'],
  alarmBuckets: ['time', 'timeEnd', 'count'],
  connectivity: ['time', 'timeEnd', 'verdict'],
  hostState: ['time', 'timeEnd', 'host', 'reached'],
  verdicts: ['time', 'id', 'fault'],
} as const satisfies Record<TimelineFrameName, readonly string[]>;
const FRAME_NAMES = Object.keys(NEEDED) as TimelineFrameName[];
/** Without these there is no chart; the others an older OMS does not send. */
const CHART_FRAMES: readonly TimelineFrameName[] = ['cpu', 'state', 'operations', 'alarms'];

const STATES = new Set<string>(['running', 'dormant', 'stopped', 'abnormal'] satisfies DrawnState[]);
const RESULTS = new Set<string>(['running', 'ok', 'failed', 'timeout', 'cancelled'] satisfies OperationResult[]);
const LEVELS = new Set<string>(['critical', 'major', 'minor', 'warning', 'indeterminate'] satisfies AlarmLevel[]);

type Row = Record<string, unknown>;

/**
 * Reads one VM's timeline from whatever frames a panel was given. It never throws: rows without a time or an id are
 * left out and counted, unsorted rows are sorted, of rows with one id the last one stands, and all of it is told in
 * `problems`. Frames of a second VM are left aside.
 */
export function timelineFromFrames(frames: readonly PlainFrame[]): Timeline {
  const problems: Problem[] = [];
  const ours = frames.filter((frame) => {
    if (kindOf(frame)) {
      return true;
    }
    problems.push({
      kind: 'foreign-frame',
      frame: frame.name || frame.refId || '?',
      fields: frame.fields.map((field) => field.name),
    });
    return false;
  });
  const vm = chooseVm(ours, problems);
  const chosen = ours.filter((frame) => !vm || vmOf(frame) === null || vmOf(frame)?.uuid === vm.uuid);
  if (ours.length > 0) {
    for (const name of CHART_FRAMES.filter((name) => !chosen.some((frame) => kindOf(frame) === name))) {
      problems.push({ kind: 'missing-frame', frame: name });
    }
  }

  const read = (name: TimelineFrameName) => rowsOf(chosen, name, problems);
  const cpu = cpuFrom(read('cpu'));
  const rawStates = statesFrom(read('state'));
  const now = Math.max(...chosen.map((frame) => number(custom(frame)['now']) ?? -Infinity));
  const timeline: Timeline = {
    vm: vm ?? (chosen.length > 0 ? { uuid: '', name: '' } : null),
    now: Number.isFinite(now) ? now : Infinity,
    heard: null,
    cpu,
    states: [],
    operations: lastById(read('operations').map(operationFrom)),
    alarms: lastById(read('alarms').map(alarmFrom)),
    problems,
  };
  problems.push(...counted('operations', read('operationBuckets')), ...counted('alarms', read('alarmBuckets')));
  timeline.heard = heardUntil(chosen, cpu, rawStates, timeline.now);
  timeline.states = closeStates(rawStates, timeline.heard);
  timeline.cpu = samplesUntil(cpu, timeline.now);
  return timeline;
}

/** Which of our frames it is: by what its meta says, or by its name where a frame was made by hand. */
function kindOf(frame: PlainFrame): TimelineFrameName | null {
  const claimed = custom(frame)['faultline'] ?? frame.name;
  return FRAME_NAMES.find((name) => name === claimed) ?? null;
}

function custom(frame: PlainFrame): Record<string, unknown> {
  return frame.meta?.custom ?? {};
}

function vmOf(frame: PlainFrame): { uuid: string; name: string } | null {
  const vm = custom(frame)['vm'];
  if (typeof vm !== 'object' || vm === null || !('uuid' in vm)) {
    return null;
  }
  const name = 'name' in vm ? text(vm.name) : '';
  return { uuid: text(vm.uuid), name: name || text(vm.uuid) };
}

function chooseVm(frames: readonly PlainFrame[], problems: Problem[]): { uuid: string; name: string } | null {
  const byUuid = new Map(frames.flatMap((frame) => vmOf(frame) ?? []).map((vm) => [vm.uuid, vm]));
  const [shown, ...others] = byUuid.values();
  if (shown && others.length > 0) {
    problems.push({ kind: 'several-vms', shown: shown.name, others: others.map((vm) => vm.name) });
  }
  return shown ?? null;
}

/** The rows of all frames of one kind, ordered by time; what is not a row is counted as a problem. */
function rowsOf(frames: readonly PlainFrame[], name: TimelineFrameName, problems: Problem[]): Row[] {
  const rows: Row[] = [];
  let bad = 0;
  for (const frame of frames.filter((candidate) => kindOf(candidate) === name)) {
    const missing = NEEDED[name].filter((needed) => !frame.fields.some((field) => field.name === needed));
    for (const field of missing) {
      problems.push({ kind: 'missing-field', frame: name, field });
    }
    if (missing.length > 0) {
      continue;
    }
    const length = Math.max(0, ...frame.fields.map((field) => field.values.length));
    for (let i = 0; i < length; i++) {
      const row = Object.fromEntries(frame.fields.map((field) => [field.name, field.values[i]]));
      if (number(row['time']) === null || ('id' in row && text(row['id']) === '')) {
        bad++;
      } else {
        rows.push(row);
      }
    }
  }
  if (bad > 0) {
    problems.push({ kind: 'bad-rows', frame: name, count: bad });
  }
  return rows.sort((a, b) => time(a) - time(b));
}

function cpuFrom(rows: Row[]): CpuSamples {
  const values = rows.map((row) => number(row['cpu']));
  return {
    times: rows.map(time),
    values,
    lows: rows.map((row, i) => number(row['cpuMin']) ?? values[i] ?? null),
    highs: rows.map((row, i) => number(row['cpuMax']) ?? values[i] ?? null),
  };
}

function samplesUntil({ times, values, lows, highs }: CpuSamples, now: number): CpuSamples {
  const end = times.findIndex((at) => at > now);
  const until = <Value>(all: Value[]) => (end < 0 ? all : all.slice(0, end));
  return { times: until(times), values: until(values), lows: until(lows), highs: until(highs) };
}

/** What the OMS counted instead of sending each: nothing is left out in silence. */
function counted(what: 'operations' | 'alarms', rows: Row[]): Problem[] {
  const sum = (field: string) => rows.reduce((total, row) => total + (number(row[field]) ?? 0), 0);
  const count = sum('count');
  return count > 0 ? [{ kind: 'counted', what, count, failed: sum('failed') }] : [];
}

interface OpenState extends Omit<StateInterval, 'to'> {
  to: number | null;
}

function statesFrom(rows: Row[]): OpenState[] {
  return rows.map((row) => {
    const word = text(row['state']);
    return {
      from: time(row),
      to: number(row['timeEnd']),
      state: (STATES.has(word) ? word : 'unknown') as ShownState,
      raw: text(row['raw']) || word,
      host: text(row['host']),
      source: text(row['source']),
      count: number(row['count']) ?? 1,
    };
  });
}

/** The latest moment any record vouches for, and the OMS's own word on it, but never past its clock. */
function heardUntil(
  frames: readonly PlainFrame[],
  cpu: CpuSamples,
  states: readonly OpenState[],
  now: number,
): number | null {
  let heard = cpu.times.at(-1) ?? -Infinity;
  for (const frame of frames) {
    heard = Math.max(heard, number(custom(frame)['lastSeen']) ?? -Infinity);
  }
  for (const state of states) {
    heard = Math.max(heard, state.to ?? state.from);
  }
  return heard === -Infinity ? null : Math.min(heard, now);
}

/** Ends what is still so at the last moment heard of, and lets a later interval cut an earlier one it overlaps. */
function closeStates(states: readonly OpenState[], heard: number | null): StateInterval[] {
  return states
    .map((state, i) => ({
      ...state,
      to: Math.min(state.to ?? Infinity, states[i + 1]?.from ?? Infinity, heard ?? -Infinity),
    }))
    .filter((state) => state.to > state.from);
}

function operationFrom(row: Row): OperationMark {
  const result = text(row['result']);
  return {
    id: text(row['id']),
    from: time(row),
    to: endOf(row),
    kind: text(row['kind']) || '?',
    initiator: text(row['initiator']),
    // An outcome that cannot be read is one that is not known.
    result: (RESULTS.has(result) ? result : 'timeout') as OperationResult,
    cause: text(row['cause']),
  };
}

function alarmFrom(row: Row): AlarmMark {
  const level = text(row['level']);
  return {
    id: text(row['id']),
    from: time(row),
    to: endOf(row),
    name: text(row['name']) || '?',
    category: text(row['category']),
    level: (LEVELS.has(level) ? level : 'indeterminate') as AlarmLevel,
    cause: text(row['cause']),
    occurrences: number(row['occurrences']) ?? 1,
  };
}

function endOf(row: Row): number | null {
  const end = number(row['timeEnd']);
  return end === null ? null : Math.max(end, time(row));
}

/** Of rows with one id the last one stands: the newest answer about it. */
function lastById<Mark extends { id: string }>(marks: Mark[]): Mark[] {
  const byId = new Map(marks.map((mark) => [mark.id, mark]));
  return byId.size === marks.length ? marks : marks.filter((mark) => byId.get(mark.id) === mark);
}

function time(row: Row): number {
  return row['time'] as number;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
