/** One series of a page in Prometheus' text format. */
export interface Series {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** The series of a page that a well-behaved exporter wrote. @throws Error with a line that is none */
export function seriesOf(page: string): Series[] {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a series: ${line}`);
    const pairs = [...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [
      key,
      text.replaceAll(/\\[n"\\]/g, (escape) => ESCAPED[escape] ?? escape),
    ]);
    return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
  });
}

/** Whether a series has that name and at least these labels; an empty label is one that is not there. */
export function matches(series: Series, name: string, labels: Series['labels'] = {}): boolean {
  return series.name === name && Object.entries(labels).every(([key, value]) => (series.labels[key] ?? '') === value);
}
