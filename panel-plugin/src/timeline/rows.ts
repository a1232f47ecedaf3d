import { clampedX, rightOf, type TimeScale } from './scale.ts';

/** Something with a label: from when to when it was, how wide its label would be, how bad it is. */
export interface Labelled {
  from: number;
  /** May be infinite: it still lasts. */
  to: number;
  /** Of the whole label, in CSS pixels. */
  width: number;
  /** Higher is worse; from {@link KEPT_SEVERITY} on it keeps its own label within a crowd, the worst first. */
  severity: number;
}

/** What is this bad does not go into a crowd's label while there is a place for its own. */
const KEPT_SEVERITY = 3;

export interface ArrangeOptions {
  /** At least 1. */
  maxRows: number;
  /** Between two labels of a row, in CSS pixels. */
  gap: number;
  /** Of the label that stands for several. */
  clusterWidth: number;
}

/** One label in its row; `members` are indexes into what was arranged: one, or all that the label stands for. */
export interface ArrangedLabel {
  members: number[];
  /** From 0, nearest to the state bar. */
  row: number;
  left: number;
  width: number;
  /** Where on the x axis it belongs: its begin, held at the chart's edges. */
  anchor: number;
  /** How far it lasted, as a line from `anchor` on; cut where the next label of the row begins. */
  spanRight: number;
}

export interface Arrangement {
  labels: ArrangedLabel[];
  rows: number;
}

interface Candidate {
  index: number;
  left: number;
  right: number;
  anchor: number;
  spanRight: number;
  severity: number;
}

/**
 * Lays labels out in rows without overlap (A21), each beginning at its true time. It tries, in this order: labels with
 * the whole line of how long each lasted; labels alone, the lines cut; and where even those do not fit, one label for each
 * crowd, in the top row, and labels for the worst and for those outside the crowds. Every index appears in exactly one label.
 *
 * Costs n log n and never looks at a pair of labels that are not neighbours, so 10 000 are no matter.
 */
export function arrange(items: readonly Labelled[], scale: TimeScale, options: ArrangeOptions): Arrangement {
  const candidates = items.map((item, index) => candidateOf(item, index, scale));
  const byTime = [...candidates].sort((a, b) => a.anchor - b.anchor || a.index - b.index);
  const labels =
    inRows(byTime, options.maxRows, options.gap, (c) => Math.max(c.right, c.spanRight)) ??
    inRows(byTime, options.maxRows, options.gap, (c) => c.right) ??
    withClusters(byTime, scale, options);
  labels.sort((a, b) => a.anchor - b.anchor || (a.members[0] ?? 0) - (b.members[0] ?? 0));
  cutSpans(labels, options.gap);
  return { labels, rows: labels.reduce((rows, label) => Math.max(rows, label.row + 1), 0) };
}

function candidateOf(item: Labelled, index: number, scale: TimeScale): Candidate {
  const anchor = clampedX(scale, item.from);
  const width = Math.min(item.width, scale.width);
  const left = Math.min(anchor, rightOf(scale) - width);
  const spanRight = Math.max(anchor, clampedX(scale, item.to));
  return { index, left, right: left + width, anchor, spanRight, severity: item.severity };
}

/** First fit in order of time; null when the rows do not suffice. */
function inRows(
  byTime: readonly Candidate[],
  maxRows: number,
  gap: number,
  rightEdge: (candidate: Candidate) => number,
): ArrangedLabel[] | null {
  const ends: number[] = [];
  const labels: ArrangedLabel[] = [];
  for (const candidate of byTime) {
    const free = ends.findIndex((end) => end + gap <= candidate.left);
    const row = free < 0 ? ends.length : free;
    if (row >= maxRows) {
      return null;
    }
    ends[row] = rightEdge(candidate);
    labels.push(labelOf(candidate, row));
  }
  return labels;
}

function withClusters(byTime: readonly Candidate[], scale: TimeScale, options: ArrangeOptions): ArrangedLabel[] {
  const rows = Array.from({ length: options.maxRows - 1 }, () => new Occupied(options.gap));
  const labels: ArrangedLabel[] = [];
  const together: Candidate[] = [];
  const crowded = crowds(byTime, options);
  const worstFirst = [...byTime].sort((a, b) => b.severity - a.severity || a.anchor - b.anchor || a.index - b.index);
  for (const candidate of worstFirst) {
    const alone = candidate.severity >= KEPT_SEVERITY || !crowded(candidate);
    const row = alone ? rows.findIndex((occupied) => occupied.take(candidate.left, candidate.right)) : -1;
    if (row < 0) {
      together.push(candidate);
    } else {
      labels.push(labelOf(candidate, row));
    }
  }
  together.sort((a, b) => a.anchor - b.anchor || a.index - b.index);
  const clusterRow = labels.reduce((top, label) => Math.max(top, label.row + 1), 0);
  return [...labels, ...clusters(together, clusterRow, scale, options)];
}

/** Says whether more begin within the same label's width than there are rows. */
function crowds(byTime: readonly Candidate[], options: ArrangeOptions): (candidate: Candidate) => boolean {
  const stretch = ({ anchor }: Candidate) => Math.floor(anchor / (options.clusterWidth + options.gap));
  const counts = new Map<number, number>();
  for (const candidate of byTime) {
    counts.set(stretch(candidate), (counts.get(stretch(candidate)) ?? 0) + 1);
  }
  return (candidate) => (counts.get(stretch(candidate)) ?? 0) > options.maxRows;
}

function clusters(
  byTime: readonly Candidate[],
  row: number,
  scale: TimeScale,
  { clusterWidth, gap }: ArrangeOptions,
): ArrangedLabel[] {
  const width = Math.min(clusterWidth, scale.width);
  const found: { left: number; members: Candidate[] }[] = [];
  for (const candidate of byTime) {
    const left = Math.min(candidate.anchor, rightOf(scale) - width);
    const last = found.at(-1);
    if (last && left < last.left + width + gap) {
      last.members.push(candidate);
    } else {
      found.push({ left, members: [candidate] });
    }
  }
  return found.map(({ left, members }, i) => {
    const room = (found[i + 1]?.left ?? rightOf(scale) + gap) - gap - left;
    const [only] = members;
    return {
      members: members.map((member) => member.index),
      row,
      left,
      // Alone in its crowd it is a label like any other, only shortened to the room there is.
      width: members.length === 1 && only ? Math.min(only.right - only.left, room) : width,
      anchor: Math.min(...members.map((member) => member.anchor)),
      spanRight: Math.max(...members.map((member) => (members.length === 1 ? member.spanRight : member.anchor))),
    };
  });
}

function labelOf(candidate: Candidate, row: number): ArrangedLabel {
  const { index, left, right, anchor, spanRight } = candidate;
  return { members: [index], row, left, width: right - left, anchor, spanRight };
}

/** A line of how long something lasted ends before the next label of its row. */
function cutSpans(labels: ArrangedLabel[], gap: number): void {
  const nextLeft = new Map<number, number>();
  for (const label of [...labels].sort((a, b) => b.left - a.left)) {
    label.spanRight = Math.max(label.anchor, Math.min(label.spanRight, (nextLeft.get(label.row) ?? Infinity) - gap));
    nextLeft.set(label.row, label.left);
  }
}

/** The taken stretches of one row, ordered, so that a free place is found by halving. */
class Occupied {
  readonly #gap: number;
  readonly #taken: { left: number; right: number }[] = [];

  constructor(gap: number) {
    this.#gap = gap;
  }

  /** Takes the stretch if it is free, and says whether it was. */
  take(left: number, right: number): boolean {
    let low = 0;
    let high = this.#taken.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#taken[middle]?.left ?? Infinity) < left) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const before = this.#taken[low - 1];
    const after = this.#taken[low];
    if ((before && before.right + this.#gap > left) || (after && right + this.#gap > after.left)) {
      return false;
    }
    this.#taken.splice(low, 0, { left, right });
    return true;
  }
}
