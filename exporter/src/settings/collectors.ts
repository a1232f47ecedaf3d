import { kinds, type Settings } from '@faultline/program';
import type { Collector } from '../collectors/collector.ts';

const FAMILY = 'collector.';

const disableDefaults = {
  flag: `${FAMILY}disable-defaults`,
  kind: kinds.toggle,
  description: 'Leaves only the collectors that are switched on by their own flag.',
  default: 'false',
} as const;

/** A switch for each collector, made from the list of them. */
export function collectorSettings(collectors: readonly Collector[]): Settings {
  const rows = collectors.map(({ name, enabledByDefault = true }) => [
    FAMILY + name,
    {
      flag: FAMILY + name,
      kind: kinds.toggle,
      description: `The collector ${name}; ${enabledByDefault ? 'on' : 'off'} unless it is switched.`,
    },
  ]);
  return { [disableDefaults.flag]: disableDefaults, ...Object.fromEntries(rows) } as Settings;
}

/** The names of the collectors that shall run, given the values of their switches. */
export function enabledCollectors(
  collectors: readonly Collector[],
  values: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const byDefault = values[disableDefaults.flag] !== true;
  const isOn = ({ name, enabledByDefault = true }: Collector): boolean =>
    values[FAMILY + name] === undefined ? byDefault && enabledByDefault : values[FAMILY + name] === true;
  return new Set(collectors.filter(isOn).map(({ name }) => name));
}
