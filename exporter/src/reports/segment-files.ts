import { open, readdir, readFile, truncate, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { syncFolder } from './files.ts';
import { parseSegment, type SpoolLine } from './segment.ts';

/** One file of the spool. */
export interface Segment {
  number: number;
  bytes: number;
  /** Lines in the file, delivered or not. */
  lines: number;
}

/** The spool's files: lines are written to the last and read from the first, which is deleted when it is done with. */
export class SegmentFiles {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #segments: Segment[] = [];
  /** Number of the segment that will be begun next: never one that was used before. */
  #next = 1;
  /** The last segment, while it is written to. */
  #file: FileHandle | null = null;

  /** `maxBytes`: size at which a new segment is begun. */
  constructor(dir: string, maxBytes: number) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
  }

  get first(): Readonly<Segment> | undefined {
    return this.#segments[0];
  }

  get lines(): number {
    return this.#segments.reduce((sum, { lines }) => sum + lines, 0);
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Finds what an earlier run left, and cuts off what it did not finish. */
  async load(log: Logger): Promise<void> {
    const numbers = (await readdir(this.#dir))
      .map((name) => /^reports-([0-9]{9,})\.jsonl$/.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
    for (const number of numbers) {
      const file = this.#path(number);
      const content = await readFile(file);
      const { lines, wholeBytes } = parseSegment(content);
      if (wholeBytes < content.length) {
        const text = 'the last report was torn by a crash while it was written; it was never promised, and is cut off';
        log.warn({ file, bytes: content.length - wholeBytes }, text);
        await truncate(file, wholeBytes);
      }
      this.#segments.push({ number, bytes: wholeBytes, lines: lines.length });
      this.neverUse(number);
    }
  }

  /** No segment will be begun under this number or a smaller one. */
  neverUse(number: number): void {
    this.#next = Math.max(this.#next, number + 1);
  }

  async readFirst(): Promise<SpoolLine[]> {
    const { first } = this;
    return first === undefined ? [] : parseSegment(await readFile(this.#path(first.number))).lines;
  }

  /** Resolves when the lines would survive a power cut. */
  async append(lines: readonly string[]): Promise<void> {
    const data = Buffer.from(lines.join(''));
    const { file, segment } = await this.#segmentFor(data.length);
    try {
      await file.appendFile(data);
      await file.datasync();
    } catch (error) {
      // A write that failed half-way must not leave a torn line in front of the next one, which gets a segment of its own.
      await this.close();
      // One with nothing in it would be found empty at every try to come.
      if (segment.lines === 0 && this.#segments.at(-1) === segment) {
        this.#segments.pop();
        await unlink(this.#path(segment.number));
      }
      throw error;
    }
    segment.bytes += data.length;
    segment.lines += lines.length;
  }

  async deleteFirst(): Promise<void> {
    const first = this.#segments.shift();
    if (first === undefined) return;
    if (this.#segments.length === 0) await this.close();
    await unlink(this.#path(first.number));
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #segmentFor(bytes: number): Promise<{ file: FileHandle; segment: Segment }> {
    const last = this.#segments.at(-1);
    if (this.#file !== null && last !== undefined && last.bytes + bytes <= this.#maxBytes) {
      return { file: this.#file, segment: last };
    }
    await this.close();
    const segment = { number: this.#next, bytes: 0, lines: 0 };
    const file = await open(this.#path(segment.number), 'a', 0o600);
    this.#file = file;
    this.#segments.push(segment);
    this.neverUse(segment.number);
    await syncFolder(this.#dir);
    return { file, segment };
  }

  #path(segment: number): string {
    return join(this.#dir, `reports-${String(segment).padStart(9, '0')}.jsonl`);
  }
}
