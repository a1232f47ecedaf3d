import { DRAWN_STATES, type DrawnState } from '@faultline/contracts';
import { type Row } from '../frames.ts';
import { clock, dateTime, lasting } from '../time.ts';
import { printable } from './printable.ts';

/** What a VM's chart shows, as rows of the timeline's frames (`TIMELINE_FRAMES` of the contracts). */
export interface TimelineText {
  vm: { uuid: string; name: string };
  from: number;
  to: number;
  /** The OMS's clock: nothing is known after it. */
  now: number;
  cpu: readonly Row[];
  state: readonly Row[];
  operations: readonly Row[];
  alarms: readonly Row[];
}

const BAR: Record<DrawnState, string> = { running: '█', dormant: '▒', stopped: '░', abnormal: 'X' };
const WORST_FIRST: readonly DrawnState[] = ['abnormal', 'stopped', 'dormant', 'running'];
const LEVELS = '▁▂▃▄▅▆▇█';
/** Room for the names of the lines. */
const MARGIN = 7;

const number = (value: unknown): number => (typeof value === 'number' ? value : NaN);
const text = (value: unknown): string => (typeof value === 'string' ? printable(value) : '');
const stateOf = (row: Row): DrawnState | undefined => DRAWN_STATES.find((state) => state === row['state']);

/** One VM's chart as lines of text, no wider than `columns`: CPU and states over time, then everything that happened, in order. Pure. */
export function timelineText(timeline: TimelineText, columns: number): string {
  const { vm, from, to } = timeline;
  const width = Math.max(10, columns - MARGIN);
  return [
    `${printable(vm.name)}  ${vm.uuid}`,
    `${dateTime(from)} to ${dateTime(to)}, one column is ${lasting((to - from) / width)}`,
    '',
    `CPU    ${cpuLine(timeline, width)}`.trimEnd(),
    `state  ${stateLine(timeline, width)}`.trimEnd(),
    `       ${DRAWN_STATES.map((state) => `${BAR[state]} ${state}`).join('   ')}   blank: no data`,
    '',
    ...happenings(timeline),
  ].join('\n');
}

/** The highest CPU usage of each column. A value is that of the stretch before it, which may be wider than a column. */
function cpuLine({ from, to, cpu }: TimelineText, width: number): string {
  const highest = new Array<number | undefined>(width).fill(undefined);
  const columnAt = (time: number): number => Math.floor(((time - from) / (to - from)) * width);
  cpu.forEach((row, index) => {
    const percent = number(row['cpuMax'] ?? row['cpu']);
    const before = number(cpu[index - 1]?.['time']);
    if (Number.isNaN(percent)) return;
    const last = columnAt(number(row['time']));
    const first = Number.isNaN(before) ? last : columnAt(before) + 1;
    for (let column = Math.max(0, Math.min(first, last)); column <= Math.min(last, width - 1); column += 1) {
      highest[column] = Math.max(percent, highest[column] ?? 0);
    }
  });
  return highest
    .map((percent) => (percent === undefined ? ' ' : (LEVELS[Math.min(7, Math.floor(percent / 12.5))] ?? ' ')))
    .join('');
}

/** The worst state of each column. */
function stateLine({ from, to, now, state }: TimelineText, width: number): string {
  const step = (to - from) / width;
  return Array.from({ length: width }, (_, column) => {
    const [begins, ends] = [from + column * step, from + (column + 1) * step];
    const within = state.filter((row) => number(row['time']) < ends && (endOf(row) ?? now) > begins).map(stateOf);
    const worst = WORST_FIRST.find((one) => within.includes(one));
    return worst === undefined ? ' ' : BAR[worst];
  }).join('');
}

function endOf(row: Row): number | undefined {
  return typeof row['timeEnd'] === 'number' ? row['timeEnd'] : undefined;
}

function happenings(timeline: TimelineText): string[] {
  const lines = [
    ...timeline.state.map((row) => line(row, 'state', `${text(row['state'])}: ${text(row['raw'])}`)),
    ...timeline.operations.map((row) => line(row, 'operation', operationWords(row), text(row['id']))),
    ...timeline.alarms.map((row) => line(row, 'alarm', alarmWords(row), text(row['id']))),
  ].sort((a, b) => a.at - b.at);
  if (lines.length === 0) return ['Nothing is known of this time.'];
  const widest = Math.max(...lines.map(({ what }) => what.length));
  let day = '';
  return lines.flatMap(({ at, what, words, id }) => {
    const [date = ''] = dateTime(at).split(' ');
    const head = date === day ? [] : [date];
    day = date;
    return [...head, `  ${clock(at).padEnd(12)}  ${what.padEnd(widest)}  ${words}${id === '' ? '' : `  [${id}]`}`];
  });
}

function line(row: Row, what: string, words: string, id = ''): { at: number; what: string; words: string; id: string } {
  return { at: number(row['time']), what, words, id };
}

function operationWords(row: Row): string {
  const cause = text(row['cause']);
  const ended = endOf(row);
  const took = ended === undefined ? '' : ` after ${lasting(ended - number(row['time']))}`;
  return `${text(row['kind'])} by ${text(row['initiator'])}: ${text(row['result'])}${took}${cause === '' ? '' : ` (${cause})`}`;
}

function alarmWords(row: Row): string {
  const ended = endOf(row);
  const times = number(row['occurrences']) > 1 ? `, ${number(row['occurrences'])} times` : '';
  const until = ended === undefined ? 'not cleared' : `cleared after ${lasting(ended - number(row['time']))}`;
  return `${text(row['level'])} ${text(row['name'])}: ${text(row['cause'])} (${until}${times})`;
}
