import { binAt, binCount, type Bins } from './bins.ts';

/** An interval that may stand for several. */
export interface Mergeable {
  from: number;
  to: number;
  /** It is still so: `to` is the present. */
  open: boolean;
  count: number;
}

/** How intervals of one kind are told apart. */
interface IntervalKind<Interval> {
  /** Of two that share a bin, the one with more of it stands for both; the earlier where neither has more. */
  badness: (interval: Interval) => number;
  /** Whether one that begins where the other ends is that one's continuation. */
  isSame: (one: Interval, other: Interval) => boolean;
}

/**
 * The rows for intervals that come one by one, in order. As long as there are no more of them than bins each has its own. Then
 * those that begin and end in one bin become one, so that there are at most two for each bin: that one, and one that goes on
 * into the next. The worse of two stands for both; the count is of both. A silence shorter than a bin and between two that
 * become one is not told apart any more.
 */
export class IntervalRows<Interval extends Mergeable> {
  readonly #bins: Bins;
  readonly #kind: IntervalKind<Interval>;
  #rows: Interval[] = [];
  #merges = false;

  constructor(bins: Bins, kind: IntervalKind<Interval>) {
    this.#bins = bins;
    this.#kind = kind;
  }

  get rows(): readonly Interval[] {
    return this.#rows;
  }

  add(interval: Interval): void {
    const last = this.#rows.at(-1);
    const { to, open } = interval;
    // What stands for several is no longer one of them: the worst of a bin must not spread over what follows it.
    const isWhole = last?.count === 1 && last.to === interval.from && last.to < to;
    if (isWhole && this.#kind.isSame(last, interval)) {
      this.#replaceLast({ ...last, to, open });
    } else if (this.#merges) this.#merge(interval);
    else {
      this.#rows.push(interval);
      if (this.#rows.length > binCount(this.#bins)) this.#mergeAll();
    }
  }

  #mergeAll(): void {
    const all = this.#rows;
    this.#rows = [];
    this.#merges = true;
    for (const one of all) this.#merge(one);
  }

  #merge(interval: Interval): void {
    const last = this.#rows.at(-1);
    if (last === undefined || binAt(this.#bins, interval.to) !== binAt(this.#bins, last.from)) {
      this.#rows.push(interval);
      return;
    }
    const worse = this.#kind.badness(interval) > this.#kind.badness(last) ? interval : last;
    const { to, open } = interval;
    this.#replaceLast({ ...worse, from: last.from, to, open, count: last.count + interval.count });
  }

  #replaceLast(interval: Interval): void {
    this.#rows[this.#rows.length - 1] = interval;
  }
}
