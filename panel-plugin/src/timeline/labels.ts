import type { PlaceOptions } from './layer.ts';
import type { CountedMarks } from './model.ts';
import { arrange, type Labelled } from './rows.ts';
import { xOf, type TimeScale } from './scale.ts';

/** Height of a label and of the row it stands in, in CSS pixels. */
const LABEL_HEIGHT = 20;
export const ROW_HEIGHT = 24;
const GAP = 4;
/** What a label has beside its text, in CSS pixels: its edges with their padding, the arrow of one that began before the range, the signs
 * of what was done about it. */
export const FACE = { before: 5, after: 8, gap: 4, arrow: 5, sign: 11 } as const;

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
  /** As much of it as fits. */
  text: string;
  /** Width of its icon. */
  icon: number;
  /** Of icon, text and what stands with them. */
  contentWidth: number;
  /** Somebody looks after it, or has put it aside: it asks for less. */
  isHandled: boolean;
  /** Glyphs at its end, of what was done about it. */
  signs: readonly string[];
  /** Whole pixels, as are y and width: what is drawn is sharp. */
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
  isHandled?: boolean;
  signs?: readonly string[];
}

/** What a lane holds: a mark for each of the timeline's list, null for one outside the range, and what is only counted. */
export interface LaneContent<Look extends string> {
  marks: readonly (LaneMark<Look> | null)[];
  counted: readonly CountedMarks<Look>[];
  severity: Record<Look, number>;
  /** Width of the lane's icons, in CSS pixels. */
  icon: number;
}

/** Lays out one lane. What is counted stands among the labels as a crowd of its own, or in another's. */
export function placeLane<Look extends string>(
  { marks, counted, severity, icon }: LaneContent<Look>,
  scale: TimeScale,
  options: PlaceOptions,
): LabelLane<Look> {
  const shown = [
    ...marks.flatMap((mark, index) => (mark ? [{ ...mark, index, count: 1 }] : [])),
    ...counted
      .filter(({ from, to }) => from <= scale.to && to >= scale.from)
      .map(({ from, to, count, worst }) => ({
        ...{ from, to, open: false, text: '', look: worst, isHandled: false, signs: [] },
        ...{ index: -1, count },
      })),
  ];
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  const isBefore = (from: number) => xOf(scale, from) < scale.left;
  const besideText = FACE.before + icon + FACE.gap + FACE.after;
  const clusterWidth = Math.ceil(options.measure(shownCount(total))) + besideText;
  const items = shown.map(({ from, to, text, look, index, signs }): Labelled => ({
    from,
    to: index < 0 ? from : to,
    width:
      index < 0
        ? clusterWidth
        : Math.min(
            Math.ceil(options.measure(text)) + besideText + signRoom(signs) + arrowRoom(isBefore(from)),
            options.maxLabelWidth,
          ),
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
    const startsBefore = all.every(({ from }) => isBefore(from));
    const isHandled = alone && first.isHandled === true;
    const signs = (alone && first.signs) || [];
    const x = Math.round(label.left);
    const width = Math.round(label.left + label.width) - x;
    const beside = besideText + arrowRoom(startsBefore) + signRoom(signs);
    const text = fitted(alone ? first.text : shownCount(count), width - beside, options.measure);
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
        text,
        icon,
        contentWidth: beside - FACE.before - FACE.after + options.measure(text),
        isHandled,
        signs,
        x,
        y: bottom - (label.row + 1) * ROW_HEIGHT + (ROW_HEIGHT - LABEL_HEIGHT) / 2,
        width,
        height: LABEL_HEIGHT,
        anchor: label.anchor,
        spanRight: label.spanRight,
        startsBefore,
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

const signRoom = (signs: readonly string[] = []): number => signs.length * (FACE.gap + FACE.sign);
const arrowRoom = (startsBefore: boolean): number => (startsBefore ? FACE.arrow + FACE.gap : 0);

/** The text, or as much of its begin as there is room for with an ellipsis. */
function fitted(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) {
    return text;
  }
  const letters = [...text];
  let [fits, tooMany] = [0, letters.length];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (measure(`${letters.slice(0, middle).join('')}…`) <= room) {
      fits = middle;
    } else {
      tooMany = middle;
    }
  }
  return fits === 0 ? '' : `${letters.slice(0, fits).join('').trimEnd()}…`;
}
