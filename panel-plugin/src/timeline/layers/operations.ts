import { defineLayer } from '../layer.ts';
import { paintLane, placeLane, type LabelLane } from '../labels.ts';
import type { OperationMark, OperationResult, Timeline } from '../model.ts';

/** How much a result wants to be seen. */
export const RESULT_SEVERITY: Record<OperationResult, number> = {
  failed: 4,
  timeout: 3,
  running: 2,
  cancelled: 1,
  ok: 0,
};

export interface OperationBoxes extends LabelLane {
  marks: OperationMark[];
}

/** The operation marks above the state bar (A14, A25). */
export const operations = defineLayer<OperationBoxes>({
  id: 'operations',

  place(timeline, scale, options) {
    const marks = timeline.operations.map((mark) =>
      mark.from <= Math.min(scale.to, timeline.now) && endOf(mark, timeline) >= scale.from
        ? {
            from: mark.from,
            to: mark.result === 'running' ? timeline.now : endOf(mark, timeline),
            text: options.words.operationKind(mark.kind),
            severity: RESULT_SEVERITY[mark.result],
          }
        : null,
    );
    const lane = placeLane(marks, scale, options);
    for (const box of lane.boxes) {
      box.open = timeline.operations[box.worst]?.result === 'running' && box.members.length === 1;
    }
    return { ...lane, marks: timeline.operations };
  },

  paint(ctx, lane, theme) {
    paintLane(ctx, lane, {
      stem: theme.stem,
      colour: (box) => theme.operation[lane.marks[box.worst]?.result ?? 'timeout'],
    });
  },
});

/** One that still runs lasts until now; of one that ended without telling when, only the begin is known. */
export function endOf(mark: OperationMark, timeline: Timeline): number {
  return mark.to ?? (mark.result === 'running' ? timeline.now : mark.from);
}
