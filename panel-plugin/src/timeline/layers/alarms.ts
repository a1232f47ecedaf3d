import { defineLayer } from '../layer.ts';
import { paintLane, placeLane, type LabelLane } from '../labels.ts';
import type { AlarmLevel, AlarmMark } from '../model.ts';

export const LEVEL_SEVERITY: Record<AlarmLevel, number> = {
  critical: 4,
  major: 3,
  minor: 2,
  warning: 1,
  indeterminate: 0,
};

export interface AlarmBoxes extends LabelLane {
  marks: AlarmMark[];
}

/** The alarm levels above the state bar (A14, A42); an alarm that is not cleared lasts until now. */
export const alarms = defineLayer<AlarmBoxes>({
  id: 'alarms',

  place(timeline, scale, options) {
    const marks = timeline.alarms.map((mark) =>
      mark.from <= Math.min(scale.to, timeline.now) && (mark.to ?? timeline.now) >= scale.from
        ? { from: mark.from, to: mark.to ?? timeline.now, text: mark.name, severity: LEVEL_SEVERITY[mark.level] }
        : null,
    );
    const lane = placeLane(marks, scale, options);
    for (const box of lane.boxes) {
      box.open = timeline.alarms[box.worst]?.to === null && box.members.length === 1;
    }
    return { ...lane, marks: timeline.alarms };
  },

  paint(ctx, lane, theme) {
    paintLane(ctx, lane, {
      stem: theme.stem,
      colour: (box) => theme.alarm[lane.marks[box.worst]?.level ?? 'indeterminate'],
    });
  },
});
