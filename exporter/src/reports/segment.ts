import type { HostReport } from '@faultline/contracts';

/** One line of the spool: a report, and the host it is of. */
export interface SpoolEntry {
  host: string;
  report: HostReport;
}

export function toLine(entry: SpoolEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/** One line as it was found: `entry` is null where it cannot be read. */
export interface SpoolLine {
  text: string;
  /** With its newline. */
  bytes: number;
  entry: SpoolEntry | null;
}

export interface SegmentContent {
  lines: SpoolLine[];
  /** Bytes up to the last newline: what lies behind it was torn off by a crash in the middle of a write. */
  wholeBytes: number;
}

/** Reads a segment's text. A crash can tear the last line only; anything else that cannot be read is kept as it is. */
export function parseSegment(content: Buffer): SegmentContent {
  const lines: SpoolLine[] = [];
  let start = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, start)) {
    const text = content.toString('utf8', start, end);
    lines.push({ text, bytes: end + 1 - start, entry: parseLine(text) });
    start = end + 1;
  }
  return { lines, wholeBytes: start };
}

function parseLine(text: string): SpoolEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The caller puts the line aside with its text: nothing more is to be known about it.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const { host, report } = (value ?? {}) as Partial<SpoolEntry>;
  return typeof host === 'string' && typeof report === 'object' ? { host, report } : null;
}
