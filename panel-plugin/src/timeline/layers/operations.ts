import { defineLayer } from '../layer.ts';
import { paintFaces, paintStems } from '../labelFaces.ts';
import { placeLane, type LabelLane } from '../labels.ts';
import type { OperationMark, OperationResult, Timeline } from '../model.ts';

/** How much a result wants to be seen. */
export const RESULT_SEVERITY: Record<OperationResult, number> = {
  failed: 4,
  timeout: 3,
  running: 2,
  cancelled: 1,
  ok: 0,
};

/** The operation marks above the state bar (A14, A25). */
export const operations = defineLayer<LabelLane<OperationResult>>({
  id: 'operations',

  place(timeline, scale, options) {
    const marks = timeline.operations.map((mark) =>
      mark.from <= Math.min(scale.to, timeline.now) && endOf(mark, timeline) >= scale.from
        ? {
            from: mark.from,
            to: endOf(mark, timeline),
            open: mark.result === 'running',
            text: options.words.operationKind(mark.kind),
            look: mark.result,
          }
        : null,
    );
    const content = { marks, counted: timeline.counted.operations, severity: RESULT_SEVERITY, icon: 12 };
    return placeLane(content, scale, options);
  },

  paint(ctx, lane, theme) {
    paintStems(ctx, lane, { colour: theme.operation, theme });
  },

  paintOver(ctx, lane, theme) {
    paintFaces(ctx, lane, { colour: theme.operation, theme });
  },
});

/** One that still runs lasts until now; of one that ended without telling when, only the begin is known. */
export function endOf(mark: OperationMark, timeline: Timeline): number {
  return mark.result === 'running' ? timeline.now : (mark.to ?? mark.from);
}
