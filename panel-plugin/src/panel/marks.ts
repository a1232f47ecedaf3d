import { texts } from '../texts.ts';
import { fullTime, type TimeWriter } from '../time.ts';
import { LEVEL_SEVERITY } from '../timeline/layers/alarms.ts';
import { RESULT_SEVERITY } from '../timeline/layers/operations.ts';
import type {
  AlarmLevel,
  AlarmMark,
  OperationMark,
  OperationResult,
  ShownState,
  Timeline,
  VerdictMark,
} from '../timeline/model.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import type { Lane } from './selection.ts';

/** What has a label on the chart, in words and looks. */
export type Mark = OperationMark | AlarmMark | VerdictMark;

export const marksOf = (timeline: Timeline, lane: Lane): readonly Mark[] => timeline[lane];

export function laneOf(mark: Mark): Lane {
  return 'level' in mark ? 'alarms' : 'fault' in mark ? 'verdicts' : 'operations';
}

/** The glyph of a mark: an alarm's level, an operation's result. */
export function shapeOf(mark: Mark): string {
  return 'level' in mark ? mark.level : 'fault' in mark ? 'verdict' : mark.result;
}

/** Of a shape in its lane. */
export function colourOf(lane: Lane, shape: string, colours: TimelineTheme): string {
  switch (lane) {
    case 'alarms':
      return colours.alarm[shape as AlarmLevel];
    case 'operations':
      return colours.operation[shape as OperationResult];
    case 'verdicts':
      return colours.verdict;
  }
}

export function severityOf(mark: Mark): number {
  return 'level' in mark ? LEVEL_SEVERITY[mark.level] : 'fault' in mark ? 4 : RESULT_SEVERITY[mark.result];
}

/** What it is, without its time: "stop failed", "Guest panicked". */
export function nameOf(mark: Mark): string {
  return 'level' in mark
    ? mark.name
    : 'fault' in mark
      ? texts.fault(mark.fault)
      : `${texts.operationKind(mark.kind)} ${texts.result(mark.result)}`;
}

export const causeOf = (mark: Mark): string => ('cause' in mark ? mark.cause : '');

/** A state as the panel's value mappings call it, or by its own name. */
export const stateName = (state: string, colours: TimelineTheme): string =>
  colours.state[state as ShownState]?.name ?? texts.state(state);

/** A result, a level, or nothing, in words. */
export function lookName(lane: Lane, shape: string): string {
  return lane === 'alarms' ? texts.level(shape) : lane === 'operations' ? texts.result(shape) : texts.drawer.verdict;
}

/** All that a label tells, in one sentence: for those who hear it. */
export function spokenName(mark: Mark, writer: TimeWriter): string {
  const when = fullTime(writer, mark.from);
  const cause = causeOf(mark) ? `, ${causeOf(mark)}` : '';
  if ('level' in mark) {
    const handled = mark.operator === '' || mark.operator === 'none' ? '' : `, ${texts.operator(mark.operator, '')}`;
    const suppressed = mark.suppressed === '' ? '' : `, ${texts.suppressed(mark.suppressed)}`;
    return `${texts.spoken.alarm(texts.level(mark.level), mark.name)}, ${when}${cause}${handled}${suppressed}`;
  }
  return 'fault' in mark
    ? `${texts.drawer.verdict}: ${nameOf(mark)}, ${when}`
    : `${nameOf(mark)}, ${when}, ${texts.tooltip.by(mark.initiator)}${cause}`;
}
