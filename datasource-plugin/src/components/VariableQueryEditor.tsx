import React, { useEffect } from 'react';
import { Combobox, InlineField, Input } from '@grafana/ui';
import {
  NARROWED_BY_LABELS,
  narrowedBy,
  readVariableQuery,
  VARIABLE_KINDS,
  variableText,
  type VariableQuery,
} from '../variables.ts';
import { Named } from './Named.tsx';

interface Props {
  query: unknown;
  onChange(query: VariableQuery, definition: string): void;
}

/** Chooses what a variable holds, and of which hosts, users, projects or VMs. */
export function VariableQueryEditor({ query: saved, onChange }: Props) {
  const query = known(saved);
  const isSaved = typeof saved === 'object' && saved !== null && 'variable' in saved;
  const change = (next: VariableQuery) => onChange(next, variableText(next));

  // A variable that was just added has no query yet; without one Grafana does not ask for values.
  useEffect(() => {
    if (!isSaved) {
      onChange(query, variableText(query));
    }
  }, [isSaved, onChange, query]);

  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
      <InlineField label="Values" labelWidth={12}>
        <Named name="Values of the variable">
          {(name) => (
            <Combobox
              aria-labelledby={name}
              options={VARIABLE_KINDS}
              value={query.variable}
              width={20}
              onChange={({ value }) => change(readVariableQuery({ ...query, variable: value }))}
            />
          )}
        </Named>
      </InlineField>
      {narrowedBy(query.variable).map((by) => (
        <InlineField
          key={by}
          label={NARROWED_BY_LABELS[by]}
          labelWidth={10}
          tooltip={`Only of this: a ${by === 'vm' ? 'UUID' : 'name'}, or a variable such as $${by}`}
        >
          <Input
            aria-label={`${NARROWED_BY_LABELS[by]} of the variable`}
            placeholder="all"
            defaultValue={query[by] ?? ''}
            width={20}
            onBlur={(event) => change(readVariableQuery({ ...query, [by]: event.currentTarget.value }))}
          />
        </InlineField>
      ))}
    </div>
  );
}

/** A query of a newer version is shown as the VMs: choosing anew is all that can be done with it here. */
function known(saved: unknown): VariableQuery {
  try {
    return readVariableQuery(saved);
  } catch {
    return readVariableQuery(undefined);
  }
}
