import { formattedValueToString, getValueFormat } from '@grafana/data';

/** A value in a unit of Grafana's, as its own panels write it. */
export function valueText(value: number, unit: string): string {
  return formattedValueToString(getValueFormat(unit || 'short')(value));
}
