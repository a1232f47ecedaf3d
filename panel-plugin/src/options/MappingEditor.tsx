import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2, SelectableValue, StandardEditorProps } from '@grafana/data';
import { Button, IconButton, InlineField, Input, Select, useStyles2 } from '@grafana/ui';
import React from 'react';
import { MAPPED_AS, mappingFrom, type MappedAs, type MappingRow, type ValueState } from '../input/mapping.ts';
import { texts } from '../texts.ts';
import type { DrawnState } from '../timeline/model.ts';

const say = texts.mapping;
const DRAWN: DrawnState[] = ['running', 'dormant', 'stopped', 'abnormal'];
const LABEL_WIDTH = 10;

/** The panel's option “Data”: one row for each query or field that is not recognised by itself. */
export function MappingEditor({ value, onChange, context }: StandardEditorProps<MappingRow[] | undefined>) {
  const styles = useStyles2(editorStyles);
  const rows = mappingFrom(value);
  const replace = (index: number, row: MappingRow) => onChange(rows.map((one, i) => (i === index ? row : one)));
  return (
    <div data-testid="faultline-mapping">
      {rows.length === 0 && <p className={styles.none}>{say.none}</p>}
      {rows.map((row, i) => (
        // Rows have nothing of their own to be known by.
        <div key={i} className={styles.row} data-testid="faultline-mapping-row">
          <IconButton
            name="trash-alt"
            className={styles.remove}
            aria-label={say.remove}
            tooltip={say.remove}
            onClick={() => onChange(rows.filter((_, other) => other !== i))}
          />
          <RowEditor row={row} frames={context.data} onChange={(changed) => replace(i, changed)} />
        </div>
      ))}
      <Button size="sm" variant="secondary" icon="plus" onClick={() => onChange([...rows, newRow(rows, context.data)])}>
        {say.add}
      </Button>
    </div>
  );
}

/** About the first query that no row is about. */
function newRow(rows: MappingRow[], frames: DataFrame[]): MappingRow {
  const refId = refIds(frames).find((one) => !rows.some((row) => row.refId === one));
  return { ...(refId ? { refId } : {}), as: 'cpu' };
}

interface RowEditorProps {
  row: MappingRow;
  frames: DataFrame[];
  onChange(row: MappingRow): void;
}

function RowEditor({ row, frames, onChange }: RowEditorProps) {
  const fields = fieldNames(frames, row.refId);
  const isMarks = row.as === 'operations' || row.as === 'alarms';
  // What is not chosen is not saved.
  const set = (change: Partial<MappingRow>) => onChange(chosen({ ...row, ...change }));
  return (
    <>
      <Choice
        label={say.query}
        value={row.refId}
        options={refIds(frames)}
        none={say.anyQuery}
        onChange={(refId) => set({ refId })}
      />
      <Choice
        label={isMarks ? say.title : say.field}
        value={row.field}
        options={fields}
        none={isMarks ? say.byItsName : say.anyField}
        onChange={(field) => set({ field })}
      />
      <InlineField label={say.shownAs} labelWidth={LABEL_WIDTH} grow>
        <Select<MappedAs>
          aria-label={say.shownAs}
          options={MAPPED_AS.map((as) => ({ value: as, label: say.as[as] }))}
          value={row.as}
          // What belongs to another kind goes with it.
          onChange={({ value: as = 'cpu' }) => onChange(bare(row, as))}
        />
      </InlineField>
      {row.as === 'cpu' && (
        <InlineField label={say.unit} labelWidth={LABEL_WIDTH} grow>
          <Select<'percent' | 'percentunit' | ''>
            aria-label={say.unit}
            options={[
              { value: '', label: say.unitOfField },
              { value: 'percent', label: say.percent },
              { value: 'percentunit', label: say.ratio },
            ]}
            value={row.unit ?? ''}
            onChange={({ value: unit }) => set({ unit: unit || undefined })}
          />
        </InlineField>
      )}
      {(isMarks || row.as === 'state') && (
        <Choice
          label={say.timeEnd}
          value={row.timeEnd}
          options={fields}
          none={say.byItsName}
          onChange={(timeEnd) => set({ timeEnd })}
        />
      )}
      {isMarks && (
        <Choice
          label={row.as === 'alarms' ? say.level : say.result}
          value={row.level}
          options={fields}
          none={say.byItsName}
          onChange={(level) => set({ level })}
        />
      )}
      {row.as === 'state' && <ValuesEditor values={row.values ?? []} onChange={(values) => set({ values })} />}
    </>
  );
}

function chosen(row: MappingRow): MappingRow {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as MappingRow;
}

function bare({ refId, field }: MappingRow, as: MappedAs): MappingRow {
  return chosen({ refId, field, as });
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: string[];
  /** What it means that nothing is chosen. */
  none: string;
  onChange(value: string | undefined): void;
}

/** One of the names in the data, or one that will be there. */
function Choice({ label, value, options, none, onChange }: ChoiceProps) {
  const names = value && !options.includes(value) ? [value, ...options] : options;
  const choices: SelectableValue<string>[] = [
    { value: '', label: none },
    ...names.map((name) => ({ value: name, label: name })),
  ];
  return (
    <InlineField label={label} labelWidth={LABEL_WIDTH} grow>
      <Select<string>
        aria-label={label}
        allowCustomValue
        options={choices}
        value={value ?? ''}
        onChange={(choice) => onChange(choice.value || undefined)}
      />
    </InlineField>
  );
}

function ValuesEditor({
  values,
  onChange,
}: {
  values: ValueState[];
  onChange(values: ValueState[] | undefined): void;
}) {
  const styles = useStyles2(editorStyles);
  const replace = (index: number, value: ValueState) => onChange(values.map((one, i) => (i === index ? value : one)));
  return (
    <>
      {values.map(({ value, state }, i) => (
        <div key={i} className={styles.value}>
          <div className={styles.half}>
            <Input
              aria-label={say.value}
              placeholder={say.valueHint}
              defaultValue={value}
              onBlur={(event) => replace(i, { value: event.currentTarget.value, state })}
            />
          </div>
          <div className={styles.half}>
            <Select<DrawnState>
              aria-label={say.drawnAs}
              options={DRAWN.map((one) => ({ value: one, label: texts.state(one) }))}
              value={state}
              onChange={(choice) => replace(i, { value, state: choice.value ?? state })}
            />
          </div>
          <IconButton
            name="times"
            aria-label={say.removeValue}
            tooltip={say.removeValue}
            onClick={() => onChange(values.filter((_, other) => other !== i))}
          />
        </div>
      ))}
      <Button
        size="sm"
        variant="secondary"
        fill="text"
        icon="plus"
        onClick={() => onChange([...values, { value: '', state: 'running' }])}
      >
        {say.addValue}
      </Button>
    </>
  );
}

function refIds(frames: DataFrame[]): string[] {
  return [...new Set(frames.flatMap(({ refId }) => (refId ? [refId] : [])))];
}

/** As they are shown: what the data source calls them, where it does. */
function fieldNames(frames: DataFrame[], refId: string | undefined): string[] {
  const names = frames
    .filter((frame) => !refId || frame.refId === refId)
    .flatMap((frame) => frame.fields.map(({ name, config }) => config.displayNameFromDS ?? name));
  return [...new Set(names)];
}

const editorStyles = (theme: GrafanaTheme2) => ({
  none: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  row: css({
    position: 'relative',
    padding: theme.spacing(1, 4, 0.5, 1),
    marginBottom: theme.spacing(1),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
  // Beside each other also in the editor's narrow column.
  value: css({ display: 'flex', gap: theme.spacing(0.5), alignItems: 'center', marginBottom: theme.spacing(0.5) }),
  half: css({ flex: '1 1 0', minWidth: 0 }),
  remove: css({ position: 'absolute', top: theme.spacing(1), right: theme.spacing(0.5) }),
});
