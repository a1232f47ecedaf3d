const LEVELS = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** What of a line is the same in each, and known to who reads the log of a process. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'pid', 'hostname']);

/**
 * One of pino's JSON lines as logfmt: `time=... level=info msg="..." key=value`, as Prometheus' programs write theirs.
 * A line that is no JSON object stays as it is.
 */
export function logfmtLine(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line; // what else somebody wrote into the log is worth as much as a line of ours
  }
  const { time, level, msg } = record;
  const head = {
    ...(typeof time === 'number' && { time: new Date(time).toISOString() }),
    ...(typeof level === 'number' && { level: LEVELS.get(level) ?? level }),
    ...(msg !== undefined && { msg }),
  };
  const rest = Object.entries(record).filter(([key]) => !LEFT_OUT.has(key));
  return `${[...Object.entries(head), ...rest].map(([key, value]) => `${nameOf(key)}=${textOf(value)}`).join(' ')}\n`;
}

function nameOf(key: string): string {
  return key === '' ? '_' : key.replace(/[\s="\p{Cc}]/gu, '_');
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || /[\s="\\\p{Cc}\u2028\u2029]/u.test(text) ? JSON.stringify(text) : text;
}
