/** One line of a scrape: a metric's name, its labels and its value. */
export interface Sample {
  name: string;
  labels: ReadonlyMap<string, string>;
  value: number;
}

/** Thrown for text that is not in the Prometheus exposition format, naming the line; not for metrics that we do not know. */
export class MetricsSyntaxError extends Error {
  override readonly name = 'MetricsSyntaxError';
  readonly code = 'metrics-syntax';
  constructor(line: number, why: string) {
    super(`line ${line} of the metrics: ${why}`);
  }
}

const MAX_LABELS = 64;
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANKS = /[ \t]*/y;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|[+-]?Inf)$/i;
const TIMESTAMP = /^-?\d+(?:\.\d+)?$/;

/**
 * Reads the Prometheus text exposition format (version 0.0.4): `name{label="value"} number [timestamp]`, a line each, with
 * `\\`, `\"` and `\n` escaped in label values.
 *
 * @param wanted names to read; other metrics' lines are passed over
 * @throws MetricsSyntaxError at the first line that is not in the format
 */
export function parseMetrics(text: string, wanted?: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  let number = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end);
    start = end === -1 ? text.length : end + 1;
    number += 1;
    const sample = new LineReader(line.endsWith('\r') ? line.slice(0, -1) : line, number).read(wanted);
    if (sample !== null) samples.push(sample);
  }
  return samples;
}

/** Reads one line from left to right. */
class LineReader {
  private at = 0;
  private readonly line: string;
  private readonly number: number;

  constructor(line: string, number: number) {
    this.line = line;
    this.number = number;
  }

  read(wanted: ReadonlySet<string> | undefined): Sample | null {
    this.skip(BLANKS);
    if (this.at === this.line.length || this.line[this.at] === '#') return null;
    const name = this.take(NAME, 'a metric name');
    if (wanted !== undefined && !wanted.has(name)) return null;
    this.skip(BLANKS);
    const labels = this.line[this.at] === '{' ? this.labels() : new Map<string, string>();
    const [value, timestamp, ...more] = this.line
      .slice(this.at)
      .trim()
      .split(/[ \t]+/);
    const number = value === undefined ? undefined : numberOf(value);
    if (number === undefined) throw this.wrong('a number is expected after the metric');
    if ((timestamp !== undefined && !TIMESTAMP.test(timestamp)) || more.length > 0) {
      throw this.wrong('nothing but a timestamp may follow the number');
    }
    return { name, labels, value: number };
  }

  private labels(): Map<string, string> {
    const labels = new Map<string, string>();
    this.at += 1;
    for (;;) {
      this.skip(BLANKS);
      if (this.line[this.at] === '}') break;
      const name = this.take(LABEL_NAME, 'a label name or }');
      this.skip(BLANKS);
      this.expect('=');
      this.skip(BLANKS);
      this.expect('"');
      if (labels.has(name)) throw this.wrong(`the label ${name} is given twice`);
      if (labels.size === MAX_LABELS) throw this.wrong(`more than ${MAX_LABELS} labels`);
      labels.set(name, this.quoted());
      this.skip(BLANKS);
      if (this.line[this.at] === ',') this.at += 1;
      else if (this.line[this.at] !== '}') throw this.wrong('a comma or } is expected after a label');
    }
    this.at += 1;
    return labels;
  }

  private quoted(): string {
    let value = '';
    for (;;) {
      const char = this.line[this.at];
      if (char === undefined) throw this.wrong('a label value is not closed');
      this.at += 1;
      if (char === '"') return value;
      value += char === '\\' ? this.escaped() : char;
    }
  }

  private escaped(): string {
    const char = this.line[this.at];
    this.at += 1;
    if (char === 'n') return '\n';
    if (char === '\\' || char === '"') return char;
    throw this.wrong('only \\\\, \\" and \\n may be escaped in a label value');
  }

  private expect(char: string): void {
    if (this.line[this.at] !== char) throw this.wrong(`${char} is expected`);
    this.at += 1;
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    if (pattern.test(this.line)) this.at = pattern.lastIndex;
  }

  private take(pattern: RegExp, what: string): string {
    const from = this.at;
    this.skip(pattern);
    if (this.at === from) throw this.wrong(`${what} is expected`);
    return this.line.slice(from, this.at);
  }

  private wrong(why: string): MetricsSyntaxError {
    return new MetricsSyntaxError(this.number, why);
  }
}

/** A number as Prometheus writes it, also `NaN` and `+Inf`; undefined for any other text. */
export function numberOf(text: string): number | undefined {
  if (!VALUE.test(text)) return undefined;
  const special = /^([+-]?)inf$/i.exec(text);
  if (special !== null) return special[1] === '-' ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? NaN : Number(text);
}
