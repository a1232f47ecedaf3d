import { ThresholdsMode, type DataFrame, type Field, type GrafanaTheme2 } from '@grafana/data';
import type { CpuThreshold } from '../timeline/layer.ts';
import type { ShownState } from '../timeline/model.ts';
import type { TimelineTheme } from '../timeline/theme.ts';

const STATES: readonly ShownState[] = ['running', 'dormant', 'stopped', 'abnormal', 'unknown'];

const fieldOf = (frames: readonly DataFrame[], frame: string, field: string): Field | undefined =>
  frames.find(({ name }) => name === frame)?.fields.find(({ name }) => name === field);

/** The picture's colours, with the words and colours that value mappings on the field `state` give the states. */
export function withStateLooks(colours: TimelineTheme, frames: readonly DataFrame[]): TimelineTheme {
  const field = fieldOf(frames, 'state', 'state');
  if (!field?.display || !field.config.mappings?.length) {
    return colours;
  }
  const state = { ...colours.state };
  for (const name of STATES) {
    const { text, color } = field.display(name);
    // An unmapped value comes back as it is, in the field's own colour, which says nothing of it.
    const isMapped = text !== name;
    state[name] = { ...state[name], ...(isMapped ? { name: text, ...(color ? { fill: color } : {}) } : {}) };
  }
  return { ...colours, state };
}

/** The thresholds of the field `cpu`, lowest first, in percent. The base, from which on all values are, is none. */
export function cpuThresholds(frames: readonly DataFrame[], theme: GrafanaTheme2): CpuThreshold[] {
  const thresholds = fieldOf(frames, 'cpu', 'cpu')?.config.thresholds;
  // Percentage of 0 to 100 % and absolute percent are the same here.
  const known: string[] = [ThresholdsMode.Absolute, ThresholdsMode.Percentage];
  if (!thresholds || !known.includes(thresholds.mode)) {
    return [];
  }
  return thresholds.steps
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, color }) => ({ value, colour: theme.visualization.getColorByName(color) }));
}
