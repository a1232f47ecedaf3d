import { defineLayer } from '../layer.ts';
import { paintLane, placeLane, type LabelLane } from '../labels.ts';
import type { AlarmLevel } from '../model.ts';

export const LEVEL_SEVERITY: Record<AlarmLevel, number> = {
  critical: 4,
  major: 3,
  minor: 2,
  warning: 1,
  indeterminate: 0,
};

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
          }
        : null,
    );
    return placeLane({ marks, counted: timeline.counted.alarms, severity: LEVEL_SEVERITY }, scale, options);
  },

  paint(ctx, lane, theme) {
    paintLane(ctx, lane, { stem: theme.stem, colour: theme.alarm });
  },
});
