import type { TimelineFrameName } from '@faultline/contracts';
import { number, oneOf, text, time, timeEnd, type Row } from './cells.ts';
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
  VerdictMark,
} from './model.ts';
import { SILENCE_MS } from './layers/state.ts';
import { samplesFrom, samplesUntil } from './samples.ts';
import { connectivityFrom, countedFrom, hostsFrom } from './stretches.ts';

/** A data frame as Grafana gives it, reduced to what is read here; so that this folder needs nothing of Grafana's. */
export interface PlainFrame {
  name?: string | undefined;
  refId?: string | undefined;
  meta?:
    | {
        custom?: Record<string, unknown> | undefined;
        type?: string | undefined;
        executedQueryString?: string | undefined;
      }
    | undefined;
  fields: readonly PlainField[];
}

export interface PlainField {
  name: string;
  type?: string | undefined;
  labels?: Record<string, string> | undefined;
  config?:
    | {
        unit?: string | undefined;
        /** Between two values, ms, where the data source knows. */
        interval?: number | null | undefined;
        displayName?: string | undefined;
        displayNameFromDS?: string | undefined;
      }
    | undefined;
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

const STATES: readonly ShownState[] = ['running', 'dormant', 'stopped', 'abnormal'] satisfies DrawnState[];
const RESULTS: readonly OperationResult[] = ['running', 'ok', 'failed', 'timeout', 'cancelled'];
const LEVELS: readonly AlarmLevel[] = ['critical', 'major', 'minor', 'warning', 'indeterminate'];

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
  const cpu = cpuFrom(chosen, problems);
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
    verdicts: lastById(read('verdicts').map(verdictFrom)),
    counted: {
      // An outcome and a level that cannot be read are ones that are not known.
      operations: countedFrom(read('operationBuckets'), RESULTS, 'timeout'),
      alarms: countedFrom(read('alarmBuckets'), LEVELS, 'indeterminate'),
    },
    hosts: [],
    connectivity: [],
    others: [],
    problems,
  };
  timeline.heard = heardUntil(chosen, cpu, rawStates, timeline.now);
  timeline.states = closeStates(rawStates, timeline.heard);
  timeline.hosts = hostsFrom(read('hostState'), timeline.states, hostHeardUntil(timeline));
  timeline.connectivity = connectivityFrom(read('connectivity'), timeline.heard ?? timeline.now);
  timeline.cpu = samplesUntil(cpu, timeline.now);
  return timeline;
}

/** Which of our frames it is: by what its meta says, or by its name where a frame was made by hand. */
export function kindOf(frame: PlainFrame): TimelineFrameName | null {
  const claimed = custom(frame)['faultline'] ?? frame.name;
  return FRAME_NAMES.find((name) => name === claimed) ?? null;
}

function custom(frame: PlainFrame): Record<string, unknown> {
  return frame.meta?.custom ?? {};
}

export function vmOf(frame: PlainFrame): { uuid: string; name: string } | null {
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
  for (const frame of withFields(frames, name, problems)) {
    const length = Math.max(0, ...frame.fields.map((field) => field.values.length));
    for (let i = 0; i < length; i++) {
      const row: Row = {};
      for (const field of frame.fields) {
        row[field.name] = field.values[i];
      }
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

/** The frames of one kind that have the fields without which its rows mean nothing. */
function withFields(frames: readonly PlainFrame[], name: TimelineFrameName, problems: Problem[]): PlainFrame[] {
  return frames.filter((frame) => {
    if (kindOf(frame) !== name) {
      return false;
    }
    const missing = NEEDED[name].filter((needed) => !frame.fields.some((field) => field.name === needed));
    problems.push(...missing.map((field) => ({ kind: 'missing-field' as const, frame: name, field })));
    return missing.length === 0;
  });
}

function cpuFrom(frames: readonly PlainFrame[], problems: Problem[]): CpuSamples {
  const { samples, bad } = samplesFrom(withFields(frames, 'cpu', problems));
  if (bad > 0) {
    problems.push({ kind: 'bad-rows', frame: 'cpu', count: bad });
  }
  return samples;
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
      state: oneOf(STATES, word, 'unknown'),
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

/** A host is heard of with its VMs; of one whose VM is silent for long it is still told how it is, up to now. */
function hostHeardUntil({ heard, now }: Timeline): number {
  return heard !== null && now - heard < SILENCE_MS ? heard : now;
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
  return {
    id: text(row['id']),
    from: time(row),
    to: timeEnd(row),
    kind: text(row['kind']) || '?',
    initiator: text(row['initiator']),
    // An outcome that cannot be read is one that is not known.
    result: oneOf(RESULTS, row['result'], 'timeout'),
    cause: text(row['cause']),
  };
}

function alarmFrom(row: Row): AlarmMark {
  return {
    id: text(row['id']),
    from: time(row),
    to: timeEnd(row),
    name: text(row['name']) || '?',
    category: text(row['category']),
    level: oneOf(LEVELS, row['level'], 'indeterminate'),
    cause: text(row['cause']),
    occurrences: number(row['occurrences']) ?? 1,
    operator: text(row['operatorState']),
    suppressed: text(row['suppressed']),
  };
}

function verdictFrom(row: Row): VerdictMark {
  return {
    id: text(row['id']),
    from: time(row),
    fault: text(row['fault']) || '?',
    confidence: number(row['confidence']),
    recommended: text(row['recommended']),
    taken: text(row['taken']),
  };
}

/** Of rows with one id the last one stands: the newest answer about it. */
function lastById<Mark extends { id: string }>(marks: Mark[]): Mark[] {
  const byId = new Map(marks.map((mark) => [mark.id, mark]));
  return byId.size === marks.length ? marks : marks.filter((mark) => byId.get(mark.id) === mark);
}
