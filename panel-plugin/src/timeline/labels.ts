import type { PaintContext, PlaceOptions } from './layer.ts';
import { arrange, type Labelled } from './rows.ts';
import { xOf, type TimeScale } from './scale.ts';

/** Height of a label and of the row it stands in, in CSS pixels. */
const LABEL_HEIGHT = 20;
export const ROW_HEIGHT = 24;
const GAP = 4;
/** Icon, its margin, padding and border on both sides. */
const ICON_AND_PADDING = 32;

/** A label above the state bar: of one mark, or of a crowd of them (`members.length > 1`). */
export interface LabelBox {
  /** Indexes into the timeline's list of these marks, oldest first; `worst` is one of them. */
  members: number[];
  worst: number;
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** x of the true begin, or of the chart's edge where that lies outside. */
  anchor: number;
  /** x up to which the line of how long it lasted is drawn. */
  spanRight: number;
  startsBefore: boolean;
  /** It still lasts: the line has no end. */
  open: boolean;
  /** Where the line down to the bar ends. */
  stemBottom: number;
}

export interface LabelLane {
  boxes: LabelBox[];
  rows: number;
}

export interface LaneMark {
  from: number;
  to: number | null;
  text: string;
  severity: number;
}

/** Lays out one lane of marks; `marks` has one entry per mark of the timeline, null for one outside the range. */
export function placeLane(marks: readonly (LaneMark | null)[], scale: TimeScale, options: PlaceOptions): LabelLane {
  const shown = marks.flatMap((mark, index) => (mark ? [{ mark, index }] : []));
  const items = shown.map(({ mark }): Labelled => ({
    from: mark.from,
    to: mark.to ?? Infinity,
    width: Math.min(Math.ceil(options.measure(mark.text)) + ICON_AND_PADDING, options.maxLabelWidth),
    severity: mark.severity,
  }));
  const arranged = arrange(items, scale, {
    maxRows: options.maxRows,
    gap: GAP,
    clusterWidth: Math.ceil(options.measure(String(shown.length))) + ICON_AND_PADDING,
  });
  const bottom = options.band.top + options.band.height;
  const boxes = arranged.labels.map((label): LabelBox => {
    const members = label.members.map((member) => shown[member]).filter((entry) => entry !== undefined);
    const worst = members.reduce((worst, entry) => (entry.mark.severity > worst.mark.severity ? entry : worst));
    return {
      members: members.map((entry) => entry.index),
      worst: worst.index,
      text: members.length === 1 ? worst.mark.text : String(members.length),
      x: label.left,
      y: bottom - (label.row + 1) * ROW_HEIGHT + (ROW_HEIGHT - LABEL_HEIGHT) / 2,
      width: label.width,
      height: LABEL_HEIGHT,
      anchor: label.anchor,
      spanRight: label.spanRight,
      startsBefore: members.every((entry) => xOf(scale, entry.mark.from) < scale.left),
      open: members.length === 1 && worst.mark.to === null,
      stemBottom: options.barTop,
    };
  });
  return { boxes, rows: arranged.rows };
}

/** The line from each label down to its moment on the bar, with a notch there, and the line of how long it lasted. */
export function paintLane(
  ctx: PaintContext,
  { boxes }: LabelLane,
  { stem, colour }: { stem: string; colour(box: LabelBox): string },
): void {
  ctx.save();
  for (const box of boxes) {
    const y = box.y + box.height;
    ctx.fillStyle = stem;
    ctx.fillRect(Math.round(box.anchor) - 0.5, y, 1, box.stemBottom - y);
    ctx.fillStyle = colour(box);
    ctx.beginPath();
    ctx.moveTo(box.anchor - 4, box.stemBottom - 5);
    ctx.lineTo(box.anchor + 4, box.stemBottom - 5);
    ctx.lineTo(box.anchor, box.stemBottom);
    ctx.fill();
    if (box.spanRight > box.anchor) {
      ctx.fillRect(box.anchor, y, box.spanRight - box.anchor, 2);
      if (!box.open) {
        ctx.fillRect(box.spanRight - 1, y - 2, 1, 4);
      }
    }
  }
  ctx.restore();
}
