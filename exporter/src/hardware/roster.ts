import { comparable } from './identity.ts';
import { labelOf } from './label.ts';
import type { MatchedItem, Sighting } from './match.ts';
import { CHANNELS, type Channel, type SourceObservations } from './model.ts';

/** An item of this cycle, or one that has been there before. */
export interface RosterEntry {
  /** As it was seen last. Its id stays for as long as it is remembered, and no other item of its kind has it. */
  item: MatchedItem;
  /** Whether anyone delivered it now. */
  isSeen: boolean;
  /** Channels that have ever delivered it. */
  deliveredBy: ReadonlySet<Channel>;
  /** Sources that have ever delivered it. */
  sources: ReadonlySet<string>;
  /** How often a source found it elsewhere than before (B16). */
  moves: number;
}

interface Remembered {
  item: MatchedItem;
  id: string;
  serials: Set<string>;
  deliveredBy: Set<Channel>;
  sources: Set<string>;
  /** Where each source found it last. */
  places: Map<string, string>;
  keys: Set<string>;
  lastSeenAt: number;
  moves: number;
}

/**
 * Remembers items, because only what has been there can be missed: a part that a channel never saw is not missing in it (a BMC
 * that does not list M.2 disks, disks behind a RAID controller that the kernel does not see).
 */
export class Roster {
  readonly #entries = new Set<Remembered>();
  readonly #byKey = new Map<string, Remembered>();
  readonly #options: { forgetAfterMs: number; maxItems: number };
  /** Items for which there was no room in the last cycle. */
  left = 0;
  #made = 0;

  constructor(options: { forgetAfterMs: number; maxItems: number }) {
    this.#options = options;
  }

  /** Takes the items of a cycle; gives them, and those that are missed. */
  update(items: readonly MatchedItem[], at: number): RosterEntry[] {
    const seen = new Set<Remembered>();
    this.left = 0;
    for (const item of items) {
      const entry = this.#find(item, seen) ?? this.#make(item);
      if (entry === null) {
        this.left += 1;
        continue;
      }
      this.#see(entry, item, at);
      seen.add(entry);
    }
    for (const entry of this.#entries) {
      if (at - entry.lastSeenAt > this.#options.forgetAfterMs) this.#forget(entry);
    }
    return [...this.#entries].map((entry) => ({
      item: { ...entry.item, id: entry.id },
      isSeen: seen.has(entry),
      deliveredBy: entry.deliveredBy,
      sources: entry.sources,
      moves: entry.moves,
    }));
  }

  /** By what identifies it, then by the name that a source has for it: but another serial number there is another part (a swapped disk). */
  #find(item: MatchedItem, taken: ReadonlySet<Remembered>): Remembered | undefined {
    const serials = serialsOf(item);
    return keysOf(item)
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .find(
        (entry) =>
          !taken.has(entry) &&
          (serials.length === 0 || entry.serials.size === 0 || serials.some((serial) => entry.serials.has(serial))),
      );
  }

  #make(item: MatchedItem): Remembered | null {
    if (this.#entries.size >= this.#options.maxItems) return null;
    const taken = new Set([...this.#entries].filter(({ item: { kind } }) => kind === item.kind).map(({ id }) => id));
    const [first] = item.sightings;
    const names = [item.id, `${item.id} (${first?.name ?? ''})`].map(labelOf);
    const id = names.find((name) => !taken.has(name)) ?? `${labelOf(item.id).slice(0, 100)} #${(this.#made += 1)}`;
    const entry: Remembered = {
      item,
      id,
      serials: new Set(),
      deliveredBy: new Set(),
      sources: new Set(),
      places: new Map(),
      keys: new Set(),
      lastSeenAt: 0,
      moves: 0,
    };
    this.#entries.add(entry);
    return entry;
  }

  #see(entry: Remembered, item: MatchedItem, at: number): void {
    entry.item = item;
    entry.lastSeenAt = at;
    for (const serial of serialsOf(item)) entry.serials.add(serial);
    for (const { channel, source, location } of item.sightings) {
      entry.deliveredBy.add(channel);
      entry.sources.add(source);
      if (location === undefined) continue;
      const place = entry.places.get(source);
      if (place !== undefined && place !== location) entry.moves += 1;
      entry.places.set(source, location);
    }
    for (const key of keysOf(item)) {
      this.#byKey.set(key, entry);
      entry.keys.add(key);
    }
  }

  #forget(entry: Remembered): void {
    this.#entries.delete(entry);
    for (const key of entry.keys) if (this.#byKey.get(key) === entry) this.#byKey.delete(key);
  }
}

function serialsOf({ sightings }: MatchedItem): string[] {
  return sightings.flatMap(({ serial }) => comparable(serial) ?? []);
}

/** Identities before names. */
function keysOf(item: MatchedItem): string[] {
  const { kind, sightings } = item;
  return [
    // Items that share a serial number differ in their names.
    ...sightings.flatMap(({ serial, channel, name }) => {
      const plain = comparable(serial);
      return plain === null ? [] : [`${kind} ${plain} ${channel} ${name}`];
    }),
    ...serialsOf(item).map((serial) => `${kind} serial:${serial}`),
    ...sightings.flatMap(({ identities = [] }) => identities.map((identity) => `${kind} ${identity}`)),
    ...sightings.map(({ channel, name }) => `${kind} ${channel} name:${name}`),
  ];
}

/**
 * Which channels delivered an item now; absent where that is not known, because the channel cannot tell or never had it. Of two sources
 * of one channel the newer word counts: a disk that sysfs does not list any more is gone, though its SMART values are some minutes old.
 */
export function channelsOf(
  { item, isSeen, deliveredBy, sources }: RosterEntry,
  fresh: readonly SourceObservations[],
): Partial<Record<Channel, boolean>> {
  const able = fresh.filter(({ blindTo }) => !blindTo.has(item.kind));
  const sightings = isSeen ? item.sightings : [];
  const isOutdated = ({ channel, at }: Sighting): boolean =>
    able.some(
      (other) =>
        other.channel === channel &&
        other.at > at &&
        sources.has(other.source) &&
        sightings.every(({ source }) => source !== other.source),
    );
  const now = new Set(sightings.filter((sighting) => !isOutdated(sighting)).map(({ channel }) => channel));
  const channels: Partial<Record<Channel, boolean>> = {};
  for (const channel of CHANNELS) {
    if (now.has(channel)) channels[channel] = true;
    else if (deliveredBy.has(channel) && able.some((source) => source.channel === channel)) channels[channel] = false;
  }
  return channels;
}
