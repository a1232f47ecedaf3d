import { mappingFrom, type MappingRow } from './input/mapping.ts';
import type { SwitchedLayer } from './timeline/layers/index.ts';

/** What can be chosen in the panel's editor. */
export interface TimelineOptions {
  showCpu: boolean;
  showOthers: boolean;
  showAlarms: boolean;
  showOperations: boolean;
  showHostState: boolean;
  showConnectivity: boolean;
  showVerdicts: boolean;
  showLegend: boolean;
  /** Whether the thresholds of the CPU's field are drawn. */
  thresholds: 'off' | 'line' | 'area';
  /** What queries and fields of other data sources are. */
  mapping: MappingRow[];
}

export const DEFAULT_OPTIONS: TimelineOptions = {
  showCpu: true,
  showOthers: true,
  showAlarms: true,
  showOperations: true,
  showHostState: true,
  showConnectivity: true,
  showVerdicts: true,
  showLegend: true,
  thresholds: 'off',
  mapping: [],
};

/** Which option switches which layer. */
const SWITCHES: Record<SwitchedLayer, keyof TimelineOptions> = {
  cpu: 'showCpu',
  others: 'showOthers',
  alarms: 'showAlarms',
  operations: 'showOperations',
  hostState: 'showHostState',
  connectivity: 'showConnectivity',
  verdicts: 'showVerdicts',
};

/** The layers that the options leave out, but for those that the reader of the panel switched the other way. */
export function hiddenLayers(options: TimelineOptions, turned: ReadonlySet<SwitchedLayer>): Set<SwitchedLayer> {
  const layers = Object.keys(SWITCHES) as SwitchedLayer[];
  return new Set(layers.filter((layer) => (options[SWITCHES[layer]] === false) !== turned.has(layer)));
}

/** Options as some version saved them, as this one reads them: what is missing has its default, what is not known here is dropped. */
export function migrated(saved: Partial<Record<string, unknown>>): TimelineOptions {
  const kept = Object.fromEntries(
    Object.entries(DEFAULT_OPTIONS).map(([key, value]) => [
      key,
      typeof saved[key] === typeof value ? saved[key] : value,
    ]),
  );
  const { thresholds } = kept;
  return {
    ...(kept as unknown as TimelineOptions),
    thresholds: thresholds === 'line' || thresholds === 'area' ? thresholds : 'off',
    mapping: mappingFrom(kept['mapping']),
  };
}
