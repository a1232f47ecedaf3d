/** What happened when, on the way from a fault to those who are notified of it. */
export class Steps {
  readonly #began: number;
  readonly #steps: { what: string; at: number }[] = [];

  /** @param began when the fault was made, ms */
  constructor(began: number) {
    this.#began = began;
  }

  note(what: string, at = Date.now()): void {
    this.#steps.push({ what, at });
  }

  /** The steps in the order of their times, as a Markdown table: seconds since the fault, and since the step before. */
  table(title: string): string {
    const ordered = this.#steps.toSorted((a, b) => a.at - b.at);
    const rows = ordered.map(({ what, at }, index) => {
      const before = ordered[index - 1]?.at ?? this.#began;
      return `| ${what} | ${seconds(at - this.#began)} | ${seconds(at - before)} |`;
    });
    return [`| ${title} | after, s | step, s |`, '| --- | --: | --: |', ...rows, ''].join('\n');
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
