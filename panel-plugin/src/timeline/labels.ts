import type { PaintContext, PlaceOptions } from './layer.ts';
import type { CountedMarks } from './model.ts';
import { arrange, type Labelled } from './rows.ts';
import { xOf, type TimeScale } from './scale.ts';

/** Height of a label and of the row it stands in, in CSS pixels. */
const LABEL_HEIGHT = 20;
export const ROW_HEIGHT = 24;
const GAP = 4;
/** Icon, its margin, padding and border on both sides. */
const ICON_AND_PADDING = 32;

/** A label above the state bar: of one mark, or of a crowd of them (`count > 1`). */
export interface LabelBox<Look extends string = string> {
  /** Indexes into the timeline's list of these marks, oldest first. */
  members: number[];
  /** Of marks that were only counted: how many, and the stretch in which they began; null where it stands for none. */
  counted: { count: number; from: number; to: number } | null;
  /** How many marks it stands for. */
  count: number;
  /** The worst result, level or kind among them: its colour and shape. */
  look: Look;
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

export interface LabelLane<Look extends string = string> {
  boxes: LabelBox<Look>[];
  rows: number;
}

interface LaneMark<Look extends string> {
  from: number;
  /** Up to when its line is drawn. */
  to: number;
  open: boolean;
  text: string;
  look: Look;
}

/** What a lane holds: a mark for each of the timeline's list, null for one outside the range, and what is only counted. */
export interface LaneContent<Look extends string> {
  marks: readonly (LaneMark<Look> | null)[];
  counted: readonly CountedMarks<Look>[];
  severity: Record<Look, number>;
}

/** Lays out one lane. What is counted stands among the labels as a crowd of its own, or in another's. */
export function placeLane<Look extends string>(
  { marks, counted, severity }: LaneContent<Look>,
  scale: TimeScale,
  options: PlaceOptions,
): LabelLane<Look> {
  const shown = [
    ...marks.flatMap((mark, index) => (mark ? [{ ...mark, index, count: 1 }] : [])),
    ...counted
      .filter(({ from, to }) => from <= scale.to && to >= scale.from)
      .map(({ from, to, count, worst }) => ({ from, to, open: false, text: '', look: worst, index: -1, count })),
  ];
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  const clusterWidth = Math.ceil(options.measure(shownCount(total))) + ICON_AND_PADDING;
  const items = shown.map(({ from, to, text, look, index }): Labelled => ({
    from,
    to: index < 0 ? from : to,
    width:
      index < 0 ? clusterWidth : Math.min(Math.ceil(options.measure(text)) + ICON_AND_PADDING, options.maxLabelWidth),
    severity: severity[look],
  }));
  const arranged = arrange(items, scale, { maxRows: options.maxRows, gap: GAP, clusterWidth });
  const bottom = options.band.top + options.band.height;
  const boxes = arranged.labels.flatMap((label): LabelBox<Look>[] => {
    const all = label.members.flatMap((member) => shown[member] ?? []);
    const [first] = all;
    if (!first) {
      return [];
    }
    const worst = all.reduce((worst, one) => (severity[one.look] > severity[worst.look] ? one : worst));
    const uncounted = all.filter(({ index }) => index >= 0);
    const onlyCounted = all.filter(({ index }) => index < 0);
    const count = all.reduce((sum, one) => sum + one.count, 0);
    const alone = all.length === 1 && uncounted.length === 1;
    return [
      {
        members: uncounted.map(({ index }) => index),
        counted:
          onlyCounted.length === 0
            ? null
            : {
                count: onlyCounted.reduce((sum, one) => sum + one.count, 0),
                from: Math.min(...onlyCounted.map(({ from }) => from)),
                to: Math.max(...onlyCounted.map(({ to }) => to)),
              },
        count,
        look: worst.look,
        text: alone ? first.text : shownCount(count),
        x: label.left,
        y: bottom - (label.row + 1) * ROW_HEIGHT + (ROW_HEIGHT - LABEL_HEIGHT) / 2,
        width: label.width,
        height: LABEL_HEIGHT,
        anchor: label.anchor,
        spanRight: label.spanRight,
        startsBefore: all.every(({ from }) => xOf(scale, from) < scale.left),
        open: alone && first.open,
        stemBottom: options.barTop,
      },
    ];
  });
  return { boxes, rows: arranged.rows };
}

/** Short, because a crowd's label is narrow: 1234 as 1.2k. */
function shownCount(count: number): string {
  return count < 1000 ? String(count) : count < 9950 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
}

/** The line from each label down to its moment on the bar, with a notch there, and the line of how long it lasted. */
export function paintLane<Look extends string>(
  ctx: PaintContext,
  { boxes }: LabelLane<Look>,
  { stem, colour }: { stem: string; colour: Record<Look, string> },
): void {
  ctx.save();
  for (const box of boxes) {
    const y = box.y + box.height;
    ctx.fillStyle = stem;
    ctx.fillRect(Math.round(box.anchor) - 0.5, y, 1, box.stemBottom - y);
    ctx.fillStyle = colour[box.look];
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
