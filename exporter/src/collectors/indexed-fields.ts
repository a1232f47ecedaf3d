/** Above what a domain can have; statistics that claim more are garbage. */
const MAX_INDEX = 4096;

/**
 * Names of the statistics that come once a device (`block.0.rd.bytes`). They are built once for each index, not for each device
 * of each domain in each cycle.
 */
export class IndexedFields<Tail extends string> {
  readonly #group: string;
  readonly #tails: readonly Tail[];
  readonly #built: Readonly<Record<Tail, string>>[] = [];

  constructor(group: string, tails: readonly Tail[]) {
    this.#group = group;
    this.#tails = tails;
  }

  at(index: number): Readonly<Record<Tail, string>> {
    let names = this.#built[index];
    if (names === undefined) {
      const pairs = this.#tails.map((tail) => [tail, `${this.#group}.${index}.${tail}`] as const);
      names = Object.fromEntries(pairs) as Record<Tail, string>;
      this.#built[index] = names;
    }
    return names;
  }

  /** The names for each index below `count`, as far as a domain can have so many. */
  *upTo(count: number | undefined): Generator<[index: number, names: Readonly<Record<Tail, string>>]> {
    const end = Math.min(count ?? 0, MAX_INDEX);
    for (let index = 0; index < end; index += 1) yield [index, this.at(index)];
  }
}
