import { exporter } from './exporter/exporter.ts';
import { oms } from './oms/oms.ts';
import { panel } from './panel/panel.ts';
import { story } from './story.ts';
import type { Bench } from './table.ts';

/** Every benchmark, in the order in which they run. */
export const benches: readonly Bench[] = [story, exporter, oms, panel];
