import React, { useEffect } from 'react';
import { InlineField, Input } from '@grafana/ui';

interface Props {
  query: unknown;
  onChange(query: string, definition: string): void;
}

/** A variable has one meaning so far: the VMs that the OMS knows, shown by name, with their UUIDs as values. */
export function VariableQueryEditor({ query, onChange }: Props) {
  useEffect(() => {
    if (query !== 'vms') {
      onChange('vms', 'All VMs');
    }
  }, [query, onChange]);
  return (
    <InlineField label="Values" labelWidth={12} tooltip="Shown by name, used by UUID">
      <Input aria-label="Values of the variable" value="All VMs" readOnly width={30} />
    </InlineField>
  );
}
