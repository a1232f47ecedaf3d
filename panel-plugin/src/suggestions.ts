import {
  VisualizationSuggestionScore,
  type DataFrame,
  type PanelData,
  type VisualizationSuggestion,
  type VisualizationSuggestionsSupplier,
} from '@grafana/data';
import { timelinesFromFrames } from './input/timelines.ts';
import type { TimelineOptions } from './options.ts';

/** Grafana 11 hands a builder to an object with this method; later ones call a function with a summary. */
interface Grafana11Builder {
  data?: PanelData;
  getListAppender(defaults: { name: string; pluginId: string; options: object; fieldConfig: object }): {
    append(suggestion: VisualizationSuggestion<TimelineOptions>): void;
  };
}

const PLUGIN_ID = 'faultline-timeline-panel';

/** The panel is suggested for frames that it can read, as the best there is for them, and for nothing else. */
const suggest: VisualizationSuggestionsSupplier<TimelineOptions> = ({ rawFrames = [] }) =>
  isTimeline(rawFrames) ? [{ score: VisualizationSuggestionScore.Best }] : [];

export const suggestTimeline = Object.assign(suggest, {
  getSuggestionsForData(builder: Grafana11Builder): void {
    if (isTimeline(builder.data?.series ?? [])) {
      const defaults = {
        name: 'Faultline timeline',
        pluginId: PLUGIN_ID,
        options: {},
        fieldConfig: EMPTY_FIELD_CONFIG,
      };
      builder.getListAppender(defaults).append({ score: VisualizationSuggestionScore.Best });
    }
  },
});

const EMPTY_FIELD_CONFIG = { defaults: {}, overrides: [] };

const isTimeline = (frames: readonly DataFrame[]): boolean =>
  timelinesFromFrames(frames, [], { now: Date.now(), rangeEnd: Date.now() }).timelines.length > 0;
