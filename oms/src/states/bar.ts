import type { DrawnState, RawState } from '@faultline/contracts';
import { drawnState, isActive, isPassing } from './drawn.ts';

/** A state interval of one VM on one host, as it is stored. */
export interface StateInterval {
  host: string;
  /** ms; the first observation that said so, and the last that confirmed it. */
  from: number;
  to: number;
  raw: RawState;
  source: 'host' | 'witness' | 'inferred';
}

/** A stretch of which nothing is known: from the last observation before it to the first after it (`Infinity`: none yet). */
export interface Gap {
  host: string;
  from: number;
  to: number;
}

/** A drawn piece of the state bar. `open`: it is still so, and `to` is the present. */
export interface Segment {
  from: number;
  to: number;
  open: boolean;
  state: DrawnState;
  raw: RawState;
  host: string;
  source: StateInterval['source'];
}

export interface BarOptions {
  /** ms; nothing is drawn past it. */
  now: number;
  /** Silence after which nothing is claimed. */
  staleAfterMs: number;
  /** How long a VM may stay in a state that it only passes through. */
  transientLimitMs: number;
}

/** A part of an interval that no gap cuts, and until when it is drawn. */
interface Piece {
  interval: StateInterval;
  from: number;
  to: number;
  open: boolean;
  /** What was drawn before the interval began, where that is known. */
  previous: DrawnState | null;
}

/**
 * The state bar of one VM (A13): continuous as long as its observations follow each other within `staleAfterMs` and no gap
 * was reported, and with nothing in a gap. The result is ordered and does not overlap.
 *
 * @param intervals in order of time on each host
 */
export function drawBar(intervals: StateInterval[], gaps: Gap[], options: BarOptions): Segment[] {
  const hosts = [...new Set(intervals.map(({ host }) => host))];
  const perHost = hosts.map((host) => {
    const ofHost = <T extends { host: string }>(all: T[]): T[] => all.filter((one) => one.host === host);
    return piecesOf(ofHost(intervals), ofHost(gaps), options).flatMap((piece) => segmentsOf(piece, options));
  });
  return perHost.length === 1 ? (perHost[0] ?? []) : joinHosts(perHost.flat());
}

function piecesOf(intervals: StateInterval[], gaps: Gap[], options: BarOptions): Piece[] {
  const seen = intervals.filter(({ from }) => from <= options.now);
  const pieces: Piece[] = [];
  let previous: DrawnState | null = null;
  seen.forEach((interval, index) => {
    const next = seen[index + 1];
    const parts = cut(interval, gaps);
    for (const part of parts) pieces.push({ interval, ...part, open: false, previous });
    const last = pieces.at(-1);
    if (last === undefined) return;
    const heldUntil = next?.from ?? options.now;
    const holds = heldUntil - last.to <= options.staleAfterMs && !gaps.some((gap) => touches(gap, last.to, heldUntil));
    if (holds) {
      last.to = Math.max(last.to, heldUntil);
      last.open = next === undefined;
    }
    last.to = Math.min(last.to, options.now);
    previous = holds ? drawnState(interval.raw, previous) : null;
  });
  // What is replaced in the very moment in which it began was never there; what silence follows is a moment that was seen.
  return pieces.filter((piece, index) => piece.to > piece.from || pieces[index + 1]?.from !== piece.to);
}

/** The parts of an interval that lie in no gap; of one that lies wholly in a gap, the moment in which it was seen. */
function cut({ from, to }: StateInterval, gaps: Gap[]): { from: number; to: number }[] {
  let parts = [{ from, to }];
  for (const gap of gaps) {
    parts = parts.flatMap((part) => {
      if (gap.to <= part.from || gap.from >= part.to) return [part];
      if (gap.from < part.from && gap.to > part.to) return [{ from: part.from, to: part.from }];
      const before = gap.from >= part.from ? [{ from: part.from, to: gap.from }] : [];
      return gap.to <= part.to ? [...before, { from: gap.to, to: part.to }] : before;
    });
  }
  return parts;
}

const touches = (gap: Gap, from: number, to: number): boolean => gap.from < to && gap.to > from;

/** One piece, or two where the VM stayed for too long in a state that it should only pass through. */
function segmentsOf({ interval, from, to, open, previous }: Piece, options: BarOptions): Segment[] {
  const { raw, host, source } = interval;
  const state = drawnState(raw, previous);
  const limit = isPassing(raw) ? interval.from + options.transientLimitMs : Infinity;
  const segments: Segment[] = [];
  if (state !== null && from < limit) {
    segments.push({ from, to: Math.min(to, limit), open: open && to <= limit, state, raw, host, source });
  }
  if (to > limit) segments.push({ from: Math.max(from, limit), to, open, state: 'abnormal', raw, host, source });
  return segments;
}

/**
 * One bar from what several hosts say of the same VM: a host that has its process beats one that only has a definition of
 * it; among equals the one whose state began last.
 */
function joinHosts(segments: Segment[]): Segment[] {
  const edges = [...new Set(segments.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const joined: Segment[] = [];
  edges.forEach((from, index) => {
    const to = edges[index + 1];
    const moments = segments.filter((segment) => segment.from === from && segment.to === from);
    const winner =
      to === undefined ? undefined : segments.filter((it) => it.from <= from && it.to >= to).sort(byClaim)[0];
    if (winner === undefined || to === undefined) {
      const moment = moments.sort(byClaim)[0];
      if (moment !== undefined && (joined.at(-1)?.to ?? -1) < from) joined.push(moment);
      return;
    }
    const before = joined.at(-1);
    if (before !== undefined && before.to === from && isPartOf(before, winner)) {
      before.to = to;
      before.open = winner.open && to === winner.to;
    } else joined.push({ ...winner, from, to, open: winner.open && to === winner.to });
  });
  return joined;
}

const byClaim = (a: Segment, b: Segment): number =>
  Number(isActive(b.raw)) - Number(isActive(a.raw)) || b.from - a.from || (a.host < b.host ? -1 : 1);

const isPartOf = (piece: Segment, whole: Segment): boolean =>
  piece.host === whole.host && piece.state === whole.state && piece.raw === whole.raw;
