import { FieldConfigProperty, PanelPlugin, type PanelOptionsEditorBuilder } from '@grafana/data';
import { DEFAULT_OPTIONS, migrated, type TimelineOptions } from './options.ts';
import { MappingEditor } from './options/MappingEditor.tsx';
import { TimelinePanel } from './panel/TimelinePanel.tsx';
import { suggestTimeline } from './suggestions.ts';
import { texts } from './texts.ts';

/** The switches of the layers, in the order of the editor. */
const SWITCHES = {
  showCpu: texts.options.cpu,
  showOthers: texts.options.others,
  showAlarms: texts.options.alarms,
  showOperations: texts.options.operations,
  showHostState: texts.options.hostState,
  showConnectivity: texts.options.connectivity,
  showVerdicts: texts.options.verdicts,
} as const;

export const plugin = new PanelPlugin<TimelineOptions>(TimelinePanel)
  .useFieldConfig({
    // What the picture makes nothing of is not offered: its CPU axis is 0 to 100 %, and its colours are the theme's.
    disableStandardOptions: [
      FieldConfigProperty.Color,
      FieldConfigProperty.Min,
      FieldConfigProperty.Max,
      FieldConfigProperty.FieldMinMax,
      FieldConfigProperty.NoValue,
    ],
  })
  .setPanelOptions((builder) => {
    addSwitches(builder);
    builder
      .addRadio({
        path: 'thresholds',
        name: texts.options.thresholds.name,
        description: texts.options.thresholds.description,
        category: [texts.options.look],
        defaultValue: DEFAULT_OPTIONS.thresholds,
        settings: {
          options: (['off', 'line', 'area'] as const).map((value) => ({
            value,
            label: texts.options.thresholds.choices[value],
          })),
        },
      })
      .addBooleanSwitch({
        path: 'showLegend',
        ...texts.options.legend,
        category: [texts.options.look],
        defaultValue: DEFAULT_OPTIONS.showLegend,
      })
      .addCustomEditor({
        id: 'mapping',
        path: 'mapping',
        name: texts.options.mapping.name,
        description: texts.options.mapping.description,
        category: [texts.options.data],
        editor: MappingEditor,
        defaultValue: DEFAULT_OPTIONS.mapping,
      });
  })
  .setMigrationHandler(({ options }) => migrated({ ...options }))
  .setSuggestionsSupplier(suggestTimeline);

function addSwitches(builder: PanelOptionsEditorBuilder<TimelineOptions>): void {
  for (const [path, words] of Object.entries(SWITCHES) as [
    keyof typeof SWITCHES,
    { name: string; description: string },
  ][]) {
    builder.addBooleanSwitch({ path, ...words, category: [texts.options.layers], defaultValue: DEFAULT_OPTIONS[path] });
  }
}
