import { hasBit, type FlagBits } from '../flags.ts';

/** Filters that exclude each other: a list with several of them has what any of them lets through. */
export type FilterGroup<Flags, Thing> = Partial<Record<keyof Flags, (thing: Thing) => boolean>>;

/** As libvirt's lists: the filters of one group widen each other, the groups narrow. */
export function passesFilters<Flags, Thing>(
  thing: Thing,
  groups: readonly FilterGroup<Flags, Thing>[],
  { bits, flags }: { bits: FlagBits<Flags>; flags: number },
): boolean {
  return groups.every((group) => {
    const asked = (Object.keys(group) as (keyof Flags)[]).filter((name) => hasBit(flags, bits[name]));
    return asked.length === 0 || asked.some((name) => group[name]?.(thing) === true);
  });
}

/** The flags that are set in `flags`, by name. */
export function flagsIn<Name extends string>(bits: Readonly<Record<Name, number>>, flags: number) {
  const names = Object.keys(bits) as Name[];
  return Object.fromEntries(names.map((name) => [name, hasBit(flags, bits[name])])) as Record<Name, boolean>;
}
