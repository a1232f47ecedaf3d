import { PanelPlugin } from '@grafana/data';
import { DEFAULT_OPTIONS, type TimelineOptions } from './options.ts';
import { TimelinePanel } from './panel/TimelinePanel.tsx';
import { texts } from './texts.ts';

export const plugin = new PanelPlugin<TimelineOptions>(TimelinePanel).setPanelOptions((builder) =>
  builder
    .addBooleanSwitch({
      path: 'showOperations',
      ...texts.options.operations,
      defaultValue: DEFAULT_OPTIONS.showOperations,
    })
    .addBooleanSwitch({ path: 'showAlarms', ...texts.options.alarms, defaultValue: DEFAULT_OPTIONS.showAlarms })
    .addBooleanSwitch({ path: 'showLegend', ...texts.options.legend, defaultValue: DEFAULT_OPTIONS.showLegend }),
);
