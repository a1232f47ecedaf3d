import { defineLayer } from '../layer.ts';
import { paintFaces, paintStems } from '../labelFaces.ts';
import { placeLane, type LabelLane } from '../labels.ts';

/** All verdicts look alike: whose fault it was is a word. */
const VERDICT_SEVERITY = { verdict: 4 };

/** Whose fault it was, as judged, at the moment of the judgement. */
export const verdicts = defineLayer<LabelLane<'verdict'>>({
  id: 'verdicts',

  place(timeline, scale, options) {
    const marks = timeline.verdicts.map((mark) =>
      mark.from <= Math.min(scale.to, timeline.now) && mark.from >= scale.from
        ? {
            from: mark.from,
            to: mark.from,
            open: false,
            text: options.words.fault(mark.fault),
            look: 'verdict' as const,
          }
        : null,
    );
    return placeLane({ marks, counted: [], severity: VERDICT_SEVERITY, icon: 12 }, scale, options);
  },

  paint(ctx, lane, theme) {
    paintStems(ctx, lane, { colour: { verdict: theme.verdict }, theme });
  },

  paintOver(ctx, lane, theme) {
    paintFaces(ctx, lane, { colour: { verdict: theme.verdict }, theme });
  },
});
