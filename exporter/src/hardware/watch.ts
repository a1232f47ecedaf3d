import { CounterHistory } from './history.ts';
import { labelOf } from './label.ts';
import { matchItems, type MatchedItem, type Sighting } from './match.ts';
import type { Channel, ChannelReading, HardwareItem, ItemReading, Problem, SourceObservations } from './model.ts';
import { channelsOf, Roster, type RosterEntry } from './roster.ts';
import { combined, judge } from './rules.ts';

/** A source of hardware as the page names it, and how its latest reading went. */
interface SourceState {
  source: string;
  channel: Channel;
  ok: boolean;
  /** When it last delivered, ms; null when it never has. */
  at: number | null;
}

/** What one cycle knows of the hardware. */
export interface HardwareReading {
  items: HardwareItem[];
  sources: SourceState[];
  /** Items that were left out, because a host has room for so many. */
  left: number;
}

/** A source's latest word, and when it is too old to speak of this cycle. */
interface Latest {
  delivered: SourceObservations | null;
  ok: boolean;
  freshForMs: number;
}

const MAX_WINDOW_MS = 24 * 3_600_000;

/** Joins what the sources of hardware deliver, each at its own pace, to the items of one cycle. */
export class HardwareWatch {
  readonly #latest = new Map<string, Latest & { channel: Channel }>();
  readonly #roster: Roster;
  readonly #history = new CounterHistory({ keepMs: MAX_WINDOW_MS });

  constructor({ forgetAfterMs, maxItems = 1024 }: { forgetAfterMs: number; maxItems?: number }) {
    this.#roster = new Roster({ forgetAfterMs, maxItems });
  }

  /** Makes a source known before it has delivered anything. `freshForMs`: for how long its word counts as this cycle's. */
  expect(source: string, channel: Channel, freshForMs: number): void {
    if (this.#latest.has(source)) return;
    this.#latest.set(source, { channel, delivered: null, ok: false, freshForMs });
  }

  deliver(delivered: SourceObservations): void {
    const latest = this.#latest.get(delivered.source);
    if (latest !== undefined) Object.assign(latest, { delivered, ok: true });
  }

  /** The source did not answer: what it would say of this cycle is unknown. */
  failed(source: string): void {
    const latest = this.#latest.get(source);
    if (latest !== undefined) latest.ok = false;
  }

  /** The items at this moment. */
  cycle(at: number): HardwareReading {
    const fresh = [...this.#latest.values()].flatMap(({ delivered, ok, freshForMs }) =>
      ok && delivered !== null && at - delivered.at <= freshForMs ? [delivered] : [],
    );
    const entries = this.#roster.update(matchItems(fresh), at);
    this.#history.keepOnly(new Set(entries.flatMap(({ item }) => this.#note(item))));
    const items = entries.map((entry) => this.#itemOf(entry, fresh, at));
    return {
      items,
      left: this.#roster.left,
      sources: [...this.#latest].map(([source, { channel, ok, delivered }]) => ({
        source,
        channel,
        ok,
        at: delivered?.at ?? null,
      })),
    };
  }

  /** Every value of an item, for the rules that ask how a counter rises; gives the keys. */
  #note({ kind, id, sightings }: MatchedItem): string[] {
    return sightings.flatMap(({ source, at, readings = [] }) =>
      readings.map((reading) => {
        const key = keyOf(kind, id, source, reading);
        this.#history.note(key, at, reading.value);
        return key;
      }),
    );
  }

  #itemOf(entry: RosterEntry, fresh: readonly SourceObservations[], at: number): HardwareItem {
    const { item, isSeen, moves } = entry;
    const { kind, id, sightings } = item;
    const seenNow = isSeen ? sightings : [];
    const verdicts = seenNow.map((sighting) => ({
      sighting,
      verdict: judge(sighting, (reading, windowMs) =>
        this.#history.rise(keyOf(kind, id, sighting.source, reading), at, windowMs),
      ),
    }));
    const first = (name: 'vendor' | 'model' | 'serial'): string =>
      labelOf(sightings.find((sighting) => sighting[name] !== undefined)?.[name] ?? '');
    return {
      kind,
      id,
      vendor: first('vendor'),
      model: first('model'),
      serial: first('serial'),
      location: placeOf(sightings),
      health: combined(verdicts.map(({ verdict }) => verdict.health)),
      problems: unique(
        verdicts.flatMap(({ sighting, verdict }) =>
          verdict.problems.map((problem): Problem => ({ ...problem, ...sensorOf(problem), channel: sighting.channel })),
        ),
        ({ problem, sensor, channel }) => `${problem} ${sensor ?? ''} ${channel}`,
      ),
      readings: unique(
        seenNow.flatMap(({ channel, readings = [] }) =>
          readings.map((reading): ChannelReading => ({ ...reading, ...sensorOf(reading), channel })),
        ),
        ({ name, sensor, channel }) => `${name} ${sensor ?? ''} ${channel}`,
      ),
      channels: channelsOf(entry, fresh),
      moves,
    };
  }
}

/** In-band and out-of-band, where they name the place differently. */
function placeOf(sightings: readonly Sighting[]): string {
  return labelOf([...new Set(sightings.flatMap(({ location }) => location ?? []))].slice(0, 3).join(', '));
}

function keyOf(kind: string, id: string, source: string, { name, sensor = '' }: ItemReading): string {
  return JSON.stringify([kind, id, source, name, sensor]);
}

/** The first of each key: two series may not carry the same labels. */
function unique<T>(all: readonly T[], keyOfOne: (one: T) => string): T[] {
  return [...new Map([...all].reverse().map((one) => [keyOfOne(one), one])).values()].reverse();
}

function sensorOf({ sensor }: { sensor?: string }): { sensor?: string } {
  return sensor === undefined ? {} : { sensor: labelOf(sensor) };
}
