import React, { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { FilterField } from '@faultline/contracts';
import { getTemplateSrv } from '@grafana/runtime';
import { MultiCombobox, type ComboboxOption } from '@grafana/ui';
import type { FaultlineDataSource } from '../datasource.ts';
import type { SavedFilter } from '../types.ts';

interface Props {
  datasource: FaultlineDataSource;
  field: FilterField;
  /** The other filters, which narrow what is offered. */
  others: readonly SavedFilter[];
  label: string;
  values: readonly string[];
  onChange(values: string[]): void;
}

/** Chooses values of a field: those that the OMS knows, the dashboard's variables, or what a person writes. */
export function ValuePicker({ datasource, field, others, label, values, onChange }: Props) {
  const [known, setKnown] = useState<Array<ComboboxOption<string>>>([]);
  const [failure, setFailure] = useState<string>();
  // By its text, because the list is another one with each drawing.
  const narrowing = JSON.stringify(
    others.map(({ field: key, operator, values: all }) => ({
      key,
      operator,
      value: all.length === 1 && !all[0]?.includes('$') ? all[0] : '',
    })),
  );

  useEffect(() => {
    let current = true;
    datasource.filterValues(field, JSON.parse(narrowing)).then(
      (found) => {
        if (current) {
          setKnown(found.map(({ text, value }) => ({ label: text, value })));
          setFailure(undefined);
        }
      },
      (reason: unknown) => current && setFailure(reason instanceof Error ? reason.message : String(reason)),
    );
    return () => {
      current = false;
    };
  }, [datasource, field, narrowing]);

  const options = useMemo(() => {
    const variables = getTemplateSrv()
      .getVariables()
      .map(({ name }): ComboboxOption<string> => ({ value: `$${name}`, label: `$${name}`, description: 'Variable' }));
    return [...variables, ...known];
  }, [known]);

  // MultiCombobox takes no name for its field, in Grafana 11 none at all.
  const picker = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    picker.current?.querySelector('input')?.setAttribute('aria-label', label);
  }, [label]);

  return (
    <div ref={picker}>
      <MultiCombobox
        options={options}
        // With their labels: a value may be none of those that are known.
        value={values.map((value) => options.find((option) => option.value === value) ?? { value, label: value })}
        width={60}
        createCustomValue
        onChange={(chosen) => onChange(chosen.map(({ value }) => value))}
      />
      {failure !== undefined && <span role="alert">{failure}</span>}
    </div>
  );
}
