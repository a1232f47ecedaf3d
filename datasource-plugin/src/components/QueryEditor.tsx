import React, { useCallback } from 'react';
import type { QueryEditorProps } from '@grafana/data';
import { Combobox, InlineField, Input, type ComboboxOption } from '@grafana/ui';
import type { FaultlineDataSource } from '../datasource.ts';
import { queryTypes } from '../queries/index.ts';
import type { FaultlineOptions, FaultlineQuery } from '../types.ts';
import { VmPicker } from './VmPicker.tsx';

type Props = QueryEditorProps<FaultlineDataSource, FaultlineQuery, FaultlineOptions>;

const TYPE_OPTIONS: Array<ComboboxOption<FaultlineQuery['type']>> = queryTypes.map(({ type, label, description }) => ({
  value: type,
  label,
  description,
}));

export function QueryEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const change = useCallback(
    (next: FaultlineQuery) => {
      onChange(next);
      onRunQuery();
    },
    [onChange, onRunQuery],
  );
  const type = query.type ?? 'timeline';
  const base = { refId: query.refId, ...(query.hide === undefined ? {} : { hide: query.hide }) };

  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
      <InlineField label="Query" labelWidth={10}>
        <Combobox
          aria-label="Query type"
          options={TYPE_OPTIONS}
          value={type}
          width={20}
          onChange={({ value }) =>
            change(value === 'timeline' ? { ...base, type: value, vm: '' } : { ...base, type: value, id: '' })
          }
        />
      </InlineField>
      {query.type === 'operation' || query.type === 'alarm' ? (
        <InlineField label="Id" labelWidth={8} tooltip={`The ${query.type}'s id, or a variable that holds it`}>
          <Input
            key={query.type}
            aria-label={`Id of the ${query.type}`}
            defaultValue={query.id}
            width={45}
            onBlur={(event) => change({ ...query, id: event.currentTarget.value.trim() })}
          />
        </InlineField>
      ) : (
        <InlineField label="VM" labelWidth={8} tooltip="A VM, or a variable such as $vm">
          <VmPicker
            datasource={datasource}
            value={query.vm ?? ''}
            onChange={(vm) => change({ ...base, type: 'timeline', vm })}
          />
        </InlineField>
      )}
    </div>
  );
}
