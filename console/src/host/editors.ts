import {
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  FieldConfigProperty,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
  type FieldConfigPropertyItem,
} from '@grafana/data';

/** The editors that `PanelOptionsEditorBuilder` looks up by name while a panel declares its options. */
const EDITORS = [
  'boolean',
  'color',
  'dashboard-uid',
  'field-name',
  'fieldColor',
  'links',
  'mappings',
  'multi-select',
  'number',
  'radio',
  'select',
  'slider',
  'stats-picker',
  'strings',
  'text',
  'thresholds',
  'timezone',
  'unit',
];

/** The standard field options whose defaults and overrides a panel may set. */
const FIELD_OPTIONS: Array<[FieldConfigProperty, string, FieldConfigPropertyItem['process']]> = [
  [FieldConfigProperty.Unit, 'Unit', unitOverrideProcessor],
  [FieldConfigProperty.Min, 'Min', numberOverrideProcessor],
  [FieldConfigProperty.Max, 'Max', numberOverrideProcessor],
  [FieldConfigProperty.Decimals, 'Decimals', numberOverrideProcessor],
  [FieldConfigProperty.DisplayName, 'Display name', displayNameOverrideProcessor],
  [FieldConfigProperty.Color, 'Color', identityOverrideProcessor],
  [FieldConfigProperty.NoValue, 'No value', stringOverrideProcessor],
  [FieldConfigProperty.Links, 'Data links', dataLinksOverrideProcessor],
  [FieldConfigProperty.Mappings, 'Value mappings', valueMappingsOverrideProcessor],
  [FieldConfigProperty.Thresholds, 'Thresholds', thresholdsOverrideProcessor],
];

/** The console shows panels and has no panel editor, so every option's editor draws nothing. */
const noEditor = () => null;

/**
 * Fills the two registries that panels declare their options against. Without them a panel with options does not load,
 * although nobody can edit options here.
 */
export function fillEditorRegistries(): void {
  standardEditorsRegistry.setInit(() => EDITORS.map((id) => ({ id, name: id, editor: noEditor })));
  standardFieldConfigEditorRegistry.setInit(() =>
    FIELD_OPTIONS.map(([id, name, process]) => ({
      id,
      path: id,
      name,
      description: name,
      process,
      editor: noEditor,
      override: noEditor,
      settings: {},
      shouldApply: () => true,
    })),
  );
}
