import React, { useCallback, useEffect, useState } from 'react';
import { Combobox, InlineFieldRow, type ComboboxOption } from '@grafana/ui';
import { getTemplateSrv } from '@grafana/runtime';
import type { FaultlineDataSource } from '../datasource.ts';
import { toFreeOptions, toVmOptions } from '../vms.ts';
import { Named } from './Named.tsx';

interface Props {
  datasource: FaultlineDataSource;
  /** A VM's UUID, or a text with a template variable. */
  value: string;
  onChange(vm: string): void;
}

/** Chooses a VM by name, host or UUID, or a variable of the dashboard. */
export function VmPicker({ datasource, value, onChange }: Props) {
  const [label, setLabel] = useState<string>();
  const [failure, setFailure] = useState<string>();

  const search = useCallback(
    async (text: string): Promise<Array<ComboboxOption<string>>> => {
      try {
        const options = toVmOptions(await datasource.vms(text));
        setFailure(undefined);
        const variables = getTemplateSrv().getVariables();
        const free = toFreeOptions(
          variables.map(({ name }) => name),
          text,
        );
        return [...options, ...free.filter(({ value: one }) => options.every((option) => option.value !== one))];
      } catch (reason) {
        // The Combobox shows only that loading failed; why is said beneath it.
        setFailure(reason instanceof Error ? reason.message : String(reason));
        throw reason;
      }
    },
    [datasource],
  );

  useEffect(() => {
    let current = true;
    setLabel(undefined);
    if (value !== '' && !value.includes('$')) {
      search(value).then(
        (options) => current && setLabel(options.find((option) => option.value === value)?.label),
        // Already said by `search`; the UUID stays visible instead of the name.
        () => undefined,
      );
    }
    return () => {
      current = false;
    };
  }, [value, search]);

  return (
    <InlineFieldRow>
      <Named name="VM">
        {(name) => (
          <Combobox
            aria-labelledby={name}
            placeholder="Search by name, host or UUID"
            options={search}
            value={value === '' ? null : { value, label: label ?? value }}
            width={45}
            onChange={(option) => onChange(option.value)}
          />
        )}
      </Named>
      {failure !== undefined && <span role="alert">{failure}</span>}
    </InlineFieldRow>
  );
}
