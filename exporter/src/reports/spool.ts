import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostReport } from '@faultline/contracts';
import type { Logger } from 'pino';
import { Type, type Static } from 'typebox';
import { readJsonIfThere, writeAtomically } from './files.ts';
import { SegmentFiles } from './segment-files.ts';
import { toLine, type SpoolEntry, type SpoolLine } from './segment.ts';
import { lockFolder } from './spool-lock.ts';

const POSITION_FILE = 'position.json';
const REJECTED_FILE = 'rejected.jsonl';
/** The spool is dropped and read in parts of this size: an eighth of the whole at most. */
const MAX_SEGMENT_BYTES = 262_144;
/** So many reports wait in memory while the disk takes none. */
const MAX_HELD = 5000;
const RETRY_MS = 5000;

/** Up to where the OMS has the reports: that many lines of that segment. */
const Position = Type.Object({ segment: Type.Integer({ minimum: 1 }), line: Type.Integer({ minimum: 0 }) });

export interface SpoolOptions {
  dir: string;
  maxBytes: number;
  log: Logger;
  /** After every change. */
  onSize?: (size: { reports: number; bytes: number }) => void;
  /** Reports had to go: the oldest because the spool is full, or the last because the disk took none until the end. */
  onDropped?: (reports: number) => void;
}

/** What is next to deliver: reports of one host, in order, and how many lines of the spool they stand for. */
export interface SpoolBatch {
  host: string;
  reports: HostReport[];
  lines: number;
  /** Names the place in the spool, so that a batch dropped meanwhile is not counted as another. */
  position: Static<typeof Position>;
}

/** Where the reports stand that are in memory only. */
const HELD: Static<typeof Position> = { segment: 0, line: 0 };

/**
 * Reports on disk until the OMS has them: an append-only JSONL file in segments, each write followed by fsync. `append` resolves
 * when the report would survive a power cut; `remove` comes after the OMS's 200. A report removed just before a crash is sent
 * again, which its id makes harmless (decision 10).
 *
 * While the disk takes nothing, reports are held in memory and delivered from there: a host whose disk is full has just then
 * something to tell.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #segmentBytes: number;
  readonly #files: SegmentFiles;
  /** Lines of the first segment that were delivered. */
  #delivered = 0;
  #lock: { release: () => Promise<void> } | null = null;
  /** Everything that touches the disk, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: { entry: SpoolEntry; settle: (error?: Error) => void }[] = [];
  #notEmpty: (() => void)[] = [];
  /** What the disk did not take, oldest first: newer than everything on it. */
  #held: SpoolEntry[] = [];
  #retry: NodeJS.Timeout | null = null;

  private constructor(options: SpoolOptions) {
    this.#options = options;
    this.#segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(options.maxBytes / 8));
    this.#files = new SegmentFiles(options.dir, this.#segmentBytes);
  }

  /** @throws SpoolInUseError when another exporter holds the folder, or the system's error when it cannot be written to */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 });
    const spool = new Spool(options);
    spool.#lock = await lockFolder(options.dir);
    try {
      await spool.#load();
    } catch (error) {
      await spool.#lock.release();
      throw error;
    }
    return spool;
  }

  /** Reports that wait. */
  get depth(): number {
    return this.#linesOnDisk + this.#held.length;
  }

  get bytes(): number {
    return this.#files.bytes;
  }

  get #linesOnDisk(): number {
    return this.#files.lines - this.#delivered;
  }

  /** Resolves when the report is on disk, or held; rejects with the system's error when there is no room for it in memory either. */
  append(entry: SpoolEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        entry,
        settle: (error) => {
          if (error) reject(error);
          else resolve();
        },
      });
      // Entries that come while an fsync runs share the next one.
      if (this.#waiting.length === 1) void this.#inTurn(() => this.#flush());
    });
  }

  /** The oldest reports, at most `limit`; null when there are none. Unreadable lines are put aside on the way. */
  peek(limit: number): Promise<SpoolBatch | null> {
    return this.#inTurn(async () => {
      for (;;) {
        const segment = this.#files.first;
        if (segment === undefined || this.#linesOnDisk === 0) return heldBatch(this.#held, limit);
        const lines = (await this.#files.readFirst()).slice(this.#delivered);
        const first = lines[0];
        if (first === undefined) {
          await this.#advance(0);
        } else if (first.entry === null) {
          await this.#putAside(first.text, 'the line cannot be read');
          await this.#advance(1);
        } else {
          const { host } = first.entry;
          const entries = leading(lines, limit, host);
          const position = { segment: segment.number, line: this.#delivered };
          return { host, reports: entries.map(({ report }) => report), lines: entries.length, position };
        }
      }
    });
  }

  /** The OMS has stored the batch. */
  remove(batch: SpoolBatch): Promise<void> {
    return this.#inTurn(async () => {
      if (batch.position === HELD) this.#letGo(batch);
      else if (this.#isFirst(batch)) await this.#advance(batch.lines);
    });
  }

  /** The OMS will never take the batch: it goes to `rejected.jsonl` with the reason. */
  reject(batch: SpoolBatch, reason: string): Promise<void> {
    return this.#inTurn(async () => {
      const isHeld = batch.position === HELD;
      if (!isHeld && !this.#isFirst(batch)) return;
      for (const report of batch.reports) await this.#putAside(JSON.stringify({ host: batch.host, report }), reason);
      if (isHeld) this.#letGo(batch);
      else await this.#advance(batch.lines);
    });
  }

  /** Resolves as soon as there is something to deliver, or the signal is aborted. */
  async untilNotEmpty(signal: AbortSignal): Promise<void> {
    if (this.depth > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const proceed = (): void => {
        signal.removeEventListener('abort', proceed);
        resolve();
      };
      signal.addEventListener('abort', proceed);
      this.#notEmpty.push(proceed);
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#held.length > 0) await this.#flush();
      if (this.#retry !== null) clearTimeout(this.#retry);
      this.#retry = null;
      if (this.#held.length > 0) {
        const text = 'the disk took no reports until the end: what was held in memory is lost';
        this.#options.log.error({ reports: this.#held.length }, text);
        this.#options.onDropped?.(this.#held.length);
      }
      await this.#files.close();
    });
    await this.#lock?.release();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      () => undefined, // whoever asked for the work hears of its failure
    );
    return result;
  }

  async #load(): Promise<void> {
    const { log } = this.#options;
    await this.#files.load(log);
    await this.#loadPosition();
    if (this.depth > 0) log.info({ reports: this.depth }, 'reports of an earlier run wait for the OMS');
    this.#changed();
  }

  async #loadPosition(): Promise<void> {
    const { dir, log } = this.#options;
    const position = await readJsonIfThere(join(dir, POSITION_FILE), Position, log);
    if (position === null) return;
    const { segment, line } = position;
    this.#files.neverUse(segment);
    // Segments before the position were delivered: the crash came before they were deleted.
    while (this.#files.first !== undefined && this.#files.first.number < segment) await this.#files.deleteFirst();
    const { first } = this.#files;
    if (first?.number === segment) this.#delivered = Math.min(line, first.lines);
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const entries = [...this.#held, ...waiting.map(({ entry }) => entry)];
    let written = 0;
    let failure: Error | undefined;
    try {
      for (const part of inParts(entries.map(toLine), this.#segmentBytes)) {
        await this.#makeRoom(part.reduce((sum, line) => sum + Buffer.byteLength(line), 0));
        await this.#files.append(part);
        written += part.length;
      }
    } catch (error) {
      failure = error as Error;
    }
    const safe = written + this.#hold(entries.slice(written), failure);
    const first = entries.length - waiting.length;
    waiting.forEach(({ settle }, index) => {
      settle(first + index < safe ? undefined : failure);
    });
    this.#changed();
  }

  /** Keeps what the disk did not take, as far as there is room. @returns how many */
  #hold(entries: SpoolEntry[], failure: Error | undefined): number {
    const { log } = this.#options;
    if (failure !== undefined) {
      const text = 'the spool cannot be written: reports are held in memory until it can, or the OMS has them';
      if (this.#held.length === 0) log.error({ error: failure.message }, text);
      this.#retry ??= setTimeout(() => {
        this.#retry = null;
        if (this.#held.length > 0) void this.#inTurn(() => this.#flush());
      }, RETRY_MS).unref();
    } else if (this.#held.length > 0) log.info({ reports: this.#held.length }, 'the spool can be written again');
    this.#held = entries.slice(0, MAX_HELD);
    return this.#held.length;
  }

  /** A held batch that was written to the disk meanwhile is delivered again from there. */
  #letGo({ reports }: SpoolBatch): void {
    const done = new Set(reports);
    this.#held = this.#held.filter(({ report }) => !done.has(report));
    this.#changed();
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { maxBytes, log, onDropped } = this.#options;
    while (this.bytes + bytes > maxBytes && this.#files.first !== undefined) {
      const dropped = this.#files.first.lines - this.#delivered;
      log.error({ reports: dropped, maxBytes }, 'the spool is full: its oldest reports are dropped');
      await this.#deleteFirst();
      onDropped?.(dropped);
    }
  }

  #isFirst({ position }: SpoolBatch): boolean {
    return this.#files.first?.number === position.segment && this.#delivered === position.line;
  }

  /** Moves past `lines` lines of the first segment, and deletes it when it is done and no longer written to. */
  async #advance(lines: number): Promise<void> {
    const { first } = this.#files;
    if (first === undefined) return;
    this.#delivered += lines;
    if (this.#delivered >= first.lines) {
      await this.#deleteFirst();
    } else {
      const position = { segment: first.number, line: this.#delivered };
      await writeAtomically(join(this.#options.dir, POSITION_FILE), JSON.stringify(position));
    }
    this.#changed();
  }

  async #deleteFirst(): Promise<void> {
    this.#delivered = 0;
    await this.#files.deleteFirst();
  }

  async #putAside(text: string, reason: string): Promise<void> {
    const { dir, log } = this.#options;
    log.error({ reason, report: text.slice(0, 1000) }, 'a report cannot be delivered and is put aside');
    await appendFile(join(dir, REJECTED_FILE), `${JSON.stringify({ reason, report: text })}\n`, { mode: 0o600 });
  }

  #changed(): void {
    this.#options.onSize?.({ reports: this.depth, bytes: this.bytes });
    if (this.depth > 0) for (const resolve of this.#notEmpty.splice(0)) resolve();
  }
}

/** The first lines of one host, up to an unreadable one. */
function leading(lines: readonly SpoolLine[], limit: number, host: string): SpoolEntry[] {
  const entries: SpoolEntry[] = [];
  for (const { entry } of lines.slice(0, limit)) {
    if (entry?.host !== host) break;
    entries.push(entry);
  }
  return entries;
}

function heldBatch(held: readonly SpoolEntry[], limit: number): SpoolBatch | null {
  const [first] = held;
  if (first === undefined) return null;
  const end = held.findIndex(({ host }) => host !== first.host);
  const reports = held.slice(0, Math.min(limit, end === -1 ? held.length : end)).map(({ report }) => report);
  return { host: first.host, reports, lines: reports.length, position: HELD };
}

/** Lines in parts of at most `maxBytes`, though never less than one line. */
function inParts(lines: readonly string[], maxBytes: number): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (bytes > room) {
      parts.push([]);
      room = maxBytes;
    }
    parts.at(-1)?.push(line);
    room -= bytes;
  }
  return parts;
}
