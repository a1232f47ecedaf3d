/** One line of a table: what was measured, the figure, what it is compared with in the same run, and what it must not exceed. */
export interface Figure {
  what: string;
  value: string;
  against: string;
  ratio: string;
  /** Absent where no bar is set. */
  bar?: string;
}

/** One benchmark: `npm run bench -- NAME`. It closes what it opens. */
export interface Bench {
  name: string;
  run(say: (line: string) => void): Promise<Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const ratio = (of: number, to: number): string => (of / to).toFixed(2);

/** The figures as Markdown. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(
    ({ what, value, against, ratio, bar = '' }) => `| ${what} | ${value} | ${against} | ${ratio} | ${bar} |`,
  );
  return [
    '| what | measured | against, in the same run | ratio | bar |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
