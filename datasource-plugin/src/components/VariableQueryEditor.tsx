import React, { useEffect } from 'react';
import { Combobox, InlineField, Input } from '@grafana/ui';
import { readVariableQuery, VARIABLE_KINDS, variableText, type VariableQuery } from '../variables.ts';

interface Props {
  query: unknown;
  onChange(query: VariableQuery, definition: string): void;
}

/** Chooses what a variable holds, and of which host. */
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
        <Combobox
          aria-label="Values of the variable"
          options={VARIABLE_KINDS}
          value={query.variable}
          width={20}
          onChange={({ value }) => change({ ...query, variable: value })}
        />
      </InlineField>
      {query.variable !== 'hosts' && (
        <InlineField label="Host" labelWidth={8} tooltip="Only of this host: a name, or a variable such as $host">
          <Input
            aria-label="Host of the variable"
            placeholder="all hosts"
            defaultValue={query.host ?? ''}
            width={30}
            onBlur={(event) => change(readVariableQuery({ ...query, host: event.currentTarget.value }))}
          />
        </InlineField>
      )}
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
