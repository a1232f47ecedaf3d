import type { Registry } from 'prom-client';
import { renderPage, type Page } from '../page.ts';
import { gzipBeginning, gzipFile, type GzipBeginning } from './gzip.ts';
import type { Selection } from './selection.ts';

/** Selections of one page that are kept written out; a scrape of yet another one is rendered for itself. */
const MAX_KEPT_SELECTIONS = 16;

/** The text of one page, or of a selection of it: written once, compressed once when somebody asks for that. */
class Written {
  readonly text: Promise<Buffer>;
  #beginning: Promise<GzipBeginning> | null = null;

  constructor(page: Page) {
    this.text = renderPage(page).then((text) => Buffer.from(`${text}\n`));
    // Who asks for it gets the error; when nobody does, it is no unhandled one.
    this.text.catch(() => undefined);
  }

  get isCompressed(): boolean {
    return this.#beginning !== null;
  }

  beginning(): Promise<GzipBeginning> {
    this.#beginning ??= this.text.then(gzipBeginning);
    this.#beginning.catch(() => undefined);
    return this.#beginning;
  }
}

export interface ExpositionOptions {
  /** The exporter's own health, as it is when asked. */
  health: Registry;
  onFailure: (error: unknown) => void;
}

/**
 * What `/metrics` hands over: the page of the last cycle, written out when the cycle ended, and the exporter's own health
 * as it is now. Before the first cycle there is the health only.
 */
export class Exposition {
  readonly #health: Registry;
  readonly #onFailure: (error: unknown) => void;
  #page: Page | null = null;
  #written = new Map<string, Written>();

  constructor({ health, onFailure }: ExpositionOptions) {
    this.#health = health;
    this.#onFailure = onFailure;
  }

  get page(): Page | null {
    return this.#page;
  }

  show(page: Page): void {
    const wasCompressed = this.#written.get(keyOf('all'))?.isCompressed === true;
    const whole = new Written(page);
    this.#page = page;
    this.#written = new Map([[keyOf('all'), whole]]);
    // Who scraped with gzip will do so again: then it is ready.
    const ready: Promise<unknown> = wasCompressed ? whole.beginning() : whole.text;
    ready.catch(this.#onFailure);
  }

  async text(selection: Selection): Promise<Buffer> {
    const written = this.#of(selection);
    const health = await this.#healthText();
    return written === null ? health : Buffer.concat([await written.text, health]);
  }

  async gzip(selection: Selection): Promise<Buffer> {
    const written = this.#of(selection);
    const health = await this.#healthText();
    return gzipFile(await (written?.beginning() ?? gzipBeginning(Buffer.alloc(0))), health);
  }

  async #healthText(): Promise<Buffer> {
    return Buffer.from(await this.#health.metrics());
  }

  #of(selection: Selection): Written | null {
    if (this.#page === null) return null;
    const key = keyOf(selection);
    const known = this.#written.get(key);
    if (known !== undefined || selection === 'all') return known ?? null;
    const runs = this.#page.runs.filter(({ collector }) => selection.includes(collector.name));
    const written = new Written({ ...this.#page, runs });
    if (this.#written.size <= MAX_KEPT_SELECTIONS) this.#written.set(key, written);
    return written;
  }
}

function keyOf(selection: Selection): string {
  return selection === 'all' ? '' : selection.join(',');
}
