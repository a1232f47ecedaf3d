import { defineLayer } from '../layer.ts';
import { paintFaces, paintStems } from '../labelFaces.ts';
import { placeLane, type LabelLane } from '../labels.ts';
import type { AlarmLevel, AlarmMark } from '../model.ts';

export const LEVEL_SEVERITY: Record<AlarmLevel, number> = {
  critical: 4,
  major: 3,
  minor: 2,
  warning: 1,
  indeterminate: 0,
};

/** Operator states in which somebody looks after an alarm, or has put it aside. */
const HANDLED: readonly string[] = ['acknowledged', 'shelved', 'closed'];

/** The alarm levels above the state bar (A14, A42); an alarm that is not cleared lasts until now. */
export const alarms = defineLayer<LabelLane<AlarmLevel>>({
  id: 'alarms',

  place(timeline, scale, options) {
    const marks = timeline.alarms.map((mark) =>
      mark.from <= Math.min(scale.to, timeline.now) && (mark.to ?? timeline.now) >= scale.from
        ? {
            from: mark.from,
            to: mark.to ?? timeline.now,
            open: mark.to === null,
            text: mark.name,
            look: mark.level,
            isHandled: HANDLED.includes(mark.operator),
            signs: signsOf(mark),
          }
        : null,
    );
    const content = { marks, counted: timeline.counted.alarms, severity: LEVEL_SEVERITY, icon: 14 };
    return placeLane(content, scale, options);
  },

  paint(ctx, lane, theme) {
    paintStems(ctx, lane, { colour: theme.alarm, theme });
  },

  paintOver(ctx, lane, theme) {
    paintFaces(ctx, lane, { colour: theme.alarm, theme });
  },
});

/** That nobody is notified of it, and that somebody looks after it. */
function signsOf({ suppressed, operator }: AlarmMark): string[] {
  return [...(suppressed === '' ? [] : ['suppressed']), ...(HANDLED.includes(operator) ? ['ok'] : [])];
}
