import React from 'react';
import type { FilteredList, FilterField, FilterOperator } from '@faultline/contracts';
import { Button, Combobox, InlineField, type ComboboxOption } from '@grafana/ui';
import type { FaultlineDataSource } from '../datasource.ts';
import { FIELD_LABELS, fieldsOf, OPERATORS } from '../filters/fields.ts';
import type { SavedFilter } from '../types.ts';
import { Named } from './Named.tsx';
import { ValuePicker } from './ValuePicker.tsx';

interface Props {
  datasource: FaultlineDataSource;
  list: FilteredList;
  filters: readonly SavedFilter[];
  onChange(filters: SavedFilter[]): void;
}

/** The filters of a list, one a row: field, operator and values. */
export function FilterRows({ datasource, list, filters, onChange }: Props) {
  const fields = fieldsOf(list);
  const options = fields.map((value): ComboboxOption<FilterField> => ({ value, label: FIELD_LABELS[value] }));
  const replace = (index: number, filter: SavedFilter) =>
    onChange(filters.map((other, place) => (place === index ? filter : other)));
  const next = fields.find((field) => filters.every((filter) => filter.field !== field)) ?? 'vm';
  return (
    <div style={{ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: 4 }}>
      {filters.map((filter, index) => (
        <div key={index} style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 4 }}>
          <InlineField label={index === 0 ? 'Where' : 'and'} labelWidth={10} style={{ margin: 0 }}>
            <Named name={`Field of filter ${index + 1}`}>
              {(name) => (
                <Combobox
                  aria-labelledby={name}
                  options={options}
                  value={filter.field}
                  width={18}
                  onChange={({ value }) => replace(index, { ...filter, field: value, values: [] })}
                />
              )}
            </Named>
          </InlineField>
          <Named name={`Operator of filter ${index + 1}`}>
            {(name) => (
              <Combobox<FilterOperator>
                aria-labelledby={name}
                options={[...OPERATORS]}
                value={filter.operator}
                width={12}
                onChange={({ value }) => replace(index, { ...filter, operator: value })}
              />
            )}
          </Named>
          <ValuePicker
            datasource={datasource}
            field={filter.field}
            others={filters.filter((other) => other !== filter)}
            label={`Values of filter ${index + 1}`}
            values={filter.values}
            onChange={(values) => replace(index, { ...filter, values })}
          />
          <Button
            aria-label={`Remove filter ${index + 1}`}
            icon="times"
            variant="secondary"
            fill="text"
            onClick={() => onChange(filters.filter((other) => other !== filter))}
          />
        </div>
      ))}
      <Button
        icon="plus"
        size="sm"
        variant="secondary"
        fill="outline"
        onClick={() => onChange([...filters, { field: next, operator: '=', values: [] }])}
      >
        Filter
      </Button>
    </div>
  );
}
