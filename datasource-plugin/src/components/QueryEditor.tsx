import React, { useCallback } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { Combobox, InlineField, InlineSwitch, type ComboboxOption } from '@grafana/ui';
import type { FaultlineDataSource } from '../datasource.ts';
import { ofType, withFilters, withFormat } from '../edit.ts';
import { toFaultlineError } from '../errors.ts';
import { upToDate } from '../migrations.ts';
import type { QueryDefinition } from '../queries/definition.ts';
import { definitionOf, queryTypes } from '../queries/index.ts';
import type { FaultlineOptions, FaultlineQuery, FilteredQuery, Format } from '../types.ts';
import { FilterRows } from './FilterRows.tsx';
import { Named } from './Named.tsx';
import { QueryFields } from './QueryFields.tsx';

interface QueryEditorOptions {
  /** The types that are offered. */
  types?: readonly QueryDefinition[];
  /** Whether a person chooses the format and whether it is live; an annotation has one format, and Grafana asks it when it likes. */
  hasShape?: boolean;
}

type Props = QueryEditorProps<FaultlineDataSource, FaultlineQuery, FaultlineOptions> & QueryEditorOptions;

const FORMATS: Record<Format, string> = { table: 'Table', logs: 'Logs', trace: 'Trace', annotations: 'Annotations' };

export function QueryEditor({
  app,
  datasource,
  query: saved,
  onChange,
  onRunQuery,
  types = queryTypes,
  hasShape = true,
}: Props) {
  const change = useCallback(
    (next: FaultlineQuery) => {
      onChange(next);
      onRunQuery();
    },
    [onChange, onRunQuery],
  );
  const { query, failure } = readable(saved);
  if (query === undefined) {
    return <span role="alert">{failure}</span>;
  }
  const definition = definitionOf(query);
  const formats = definition.formats.filter((format) => format !== 'annotations');

  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 4 }}>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
        <InlineField label="Query" labelWidth={10}>
          <Named name="Query type">
            {(name) => (
              <Combobox
                aria-labelledby={name}
                options={types.map(optionOf)}
                value={query.type}
                width={20}
                onChange={({ value }) => change(ofType(value, query, app === CoreApp.Explore))}
              />
            )}
          </Named>
        </InlineField>
        <QueryFields datasource={datasource} query={query} onChange={change} />
        {hasShape && formats.length > 1 && (
          <InlineField
            label="Format"
            labelWidth={9}
            tooltip="Logs and traces are drawn by Grafana's own panels and by Explore"
          >
            <Named name="Format">
              {(name) => (
                <Combobox
                  aria-labelledby={name}
                  options={formats.map((value): ComboboxOption<Format> => ({ value, label: FORMATS[value] }))}
                  value={query.format ?? 'table'}
                  width={14}
                  onChange={({ value }) => change(withFormat(query, value))}
                />
              )}
            </Named>
          </InlineField>
        )}
        {hasShape && definition.follows !== undefined && (
          <InlineField
            label="Live"
            labelWidth={7}
            tooltip="Ask again as soon as the OMS has news, at most every 2 s, while the time range ends now"
          >
            <InlineSwitch
              aria-label="Live"
              value={query.live === true}
              onChange={({ currentTarget }) => change({ ...query, live: currentTarget.checked })}
            />
          </InlineField>
        )}
      </div>
      {definition.list !== undefined && (
        <FilterRows
          datasource={datasource}
          list={definition.list}
          filters={(query as FilteredQuery).filters ?? []}
          onChange={(filters) => change(withFilters(query as FaultlineQuery & FilteredQuery, filters))}
        />
      )}
    </div>
  );
}

const optionOf = ({ type, label, description }: QueryDefinition): ComboboxOption<FaultlineQuery['type']> => ({
  value: type,
  label,
  description,
});

/** What a person can edit of a saved query; a newer one can be shown to nobody, and says why. */
function readable(saved: FaultlineQuery): { query?: FaultlineQuery; failure?: string } {
  try {
    const query = upToDate(saved);
    definitionOf(query);
    return { query };
  } catch (reason) {
    return { failure: toFaultlineError(reason).message };
  }
}
