import type { FilterField, VariableValues } from '@faultline/contracts';
import { narrowedBy, type NarrowedBy, type VariableQuery } from '../variables.ts';
import type { AdHocFilter } from './adHoc.ts';
import { VALUES } from './fields.ts';

type Value = VariableValues['values'][number];

/** How the values of a field are found: known words, or a variable of the OMS to be asked for. */
export type ValueSource = { words: Value[] } | { query: VariableQuery };

/**
 * Where the values of a field come from, narrowed by the other filters that are set: the VMs of the chosen host, for example. Only
 * one that takes a single value narrows: of several the choice would be too small.
 */
export function sourceOf(field: FilterField, others: readonly AdHocFilter[] = []): ValueSource {
  const source = VALUES[field];
  if (source === null) {
    return { words: [] };
  }
  if ('words' in source) {
    return { words: source.words.map((word) => ({ text: word, value: word })) };
  }
  const { variable } = source;
  const isUsable = ({ key, operator, value }: AdHocFilter): boolean =>
    key !== field && operator === '=' && value !== '' && narrowedBy(variable).some((by) => by === key);
  const narrowing = others.filter(isUsable).map(({ key, value }): [NarrowedBy, string] => [key as NarrowedBy, value]);
  return { query: { variable, ...Object.fromEntries(narrowing) } };
}

/** The values as they are offered: VMs by UUID or by name, and each once. */
export function offered(field: FilterField, values: readonly Value[]): Value[] {
  const renamed = field === 'vmName' ? values.map(({ text }) => ({ text: nameIn(text), value: nameIn(text) })) : values;
  return [...new Map(renamed.map((each) => [each.value, each])).values()];
}

/** The OMS tells VMs of one name apart by their host, in parentheses. */
const nameIn = (text: string): string => text.replace(/ \([^()]*\)$/, '');
