import { comparable } from './identity.ts';
import type { Channel, Kind, Observation, SourceObservations } from './model.ts';

/** One observation with where it comes from. */
export interface Sighting extends Observation {
  source: string;
  channel: Channel;
  at: number;
}

/** All that was seen of one item. */
export interface MatchedItem {
  kind: Kind;
  /** Two items may have one id, where vendors give all parts one serial number: `Roster` tells them apart. */
  id: string;
  sightings: readonly Sighting[];
}

/**
 * Says which observations are of the same item (B15): those that share a serial number, MAC address, world wide name or UUID,
 * and those to which the sources of one channel give the same name. Without an identity on at least one side, the same location decides.
 * Two different serial numbers are never one item, whatever else they share. Pure.
 */
export function matchItems(sources: readonly SourceObservations[]): MatchedItem[] {
  const sightings = sources.flatMap(({ source, channel, at, observations }) =>
    observations.map((observation): Sighting => ({ ...observation, source, channel, at })),
  );
  const ambiguous = sharedWithinASource(sightings);
  const groups = new Groups();
  for (const sighting of sightings) {
    groups.add(
      sighting,
      identitiesOf(sighting).filter((key) => !ambiguous.has(key)),
    );
  }
  const order = sources.map(({ source }) => source);
  return groups.all().flatMap((group) => {
    const kind = group.sightings[0]?.kind;
    return kind === undefined ? [] : [{ kind, id: idOf(group, order), sightings: group.sightings }];
  });
}

function identitiesOf(sighting: Sighting): string[] {
  const { kind, serial, identities = [] } = sighting;
  const plainSerial = comparable(serial);
  return [
    ...(plainSerial === null ? [] : [`${kind} serial:${plainSerial}`]),
    ...identities.map((identity) => `${kind} ${identity}`),
  ];
}

/** What two observations of one source share tells them not apart: some vendors give all their parts one number. */
function sharedWithinASource(sightings: readonly Sighting[]): ReadonlySet<string> {
  const seen = new Map<string, string>();
  const shared = new Set<string>();
  for (const sighting of sightings) {
    for (const key of new Set(identitiesOf(sighting))) {
      const place = `${sighting.source} ${key}`;
      if (seen.has(place) && seen.get(place) !== sighting.name) shared.add(key);
      seen.set(place, sighting.name);
    }
  }
  return shared;
}

class Group {
  readonly sightings: Sighting[] = [];
  readonly serials = new Set<string>();
  hasIdentity = false;
}

class Groups {
  readonly #groups = new Set<Group>();
  readonly #byKey = new Map<string, Group>();

  add(sighting: Sighting, identities: readonly string[]): void {
    const { kind, channel, name, location } = sighting;
    const byName = `${kind} ${channel} name:${name}`;
    const place = comparable(location);
    const byPlace = place === null ? [] : [`${kind} place:${place}`];
    const serial = identities.find((key) => key.includes(' serial:'));

    const certain = [...identities, byName].flatMap((key) => this.#byKey.get(key) ?? []);
    const found = certain.filter((group) => this.#agrees(group, serial));
    if (found.length === 0) {
      // The place decides only where one of both has nothing better, and not among the items of one source.
      const there = byPlace.flatMap((key) => this.#byKey.get(key) ?? []);
      found.push(
        ...there.filter(
          (group) =>
            this.#agrees(group, serial) &&
            (identities.length === 0 || !group.hasIdentity) &&
            group.sightings.every(({ source }) => source !== sighting.source),
        ),
      );
    }
    const [group = new Group(), ...others] = new Set(found);
    for (const other of others) this.#absorb(group, other);
    this.#groups.add(group);
    group.sightings.push(sighting);
    group.hasIdentity ||= identities.length > 0;
    if (serial !== undefined) group.serials.add(serial);
    for (const key of [...identities, byName, ...byPlace]) this.#byKey.set(key, group);
  }

  all(): Group[] {
    return [...this.#groups];
  }

  #agrees({ serials }: Group, serial: string | undefined): boolean {
    return serial === undefined || serials.size === 0 || serials.has(serial);
  }

  /** A third observation may tie two groups together that had nothing in common before. */
  #absorb(group: Group, other: Group): void {
    if ([...other.serials].some((serial) => !this.#agrees(group, serial))) return;
    group.sightings.push(...other.sightings);
    group.hasIdentity ||= other.hasIdentity;
    for (const serial of other.serials) group.serials.add(serial);
    for (const [key, owner] of this.#byKey) if (owner === other) this.#byKey.set(key, group);
    this.#groups.delete(other);
  }
}

/**
 * By what people know it. The first source decides alone (the order is host, SMART, BMC), so that the id stays when another source
 * joins later with more.
 */
function idOf({ sightings }: Group, order: readonly string[]): string {
  const [first] = [...sightings].sort((a, b) => order.indexOf(a.source) - order.indexOf(b.source));
  if (first === undefined) return '';
  const mac = first.identities?.find((identity) => identity.startsWith('mac:'));
  if (comparable(first.serial) !== null && first.serial !== undefined) return first.serial;
  return mac?.slice('mac:'.length).replace(/(..)(?!$)/g, '$1:') ?? first.name;
}
