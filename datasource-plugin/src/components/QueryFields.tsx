import React from 'react';
import { Combobox, InlineField, InlineSwitch, Input, type ComboboxOption } from '@grafana/ui';
import type { FaultlineDataSource } from '../datasource.ts';
import { withOptional } from '../edit.ts';
import { MOST_ROWS } from '../queries/limit.ts';
import type { AlarmsQuery, FaultlineQuery, OperationsQuery, VmsQuery } from '../types.ts';
import { Named } from './Named.tsx';
import { ValuePicker } from './ValuePicker.tsx';
import { VmPicker } from './VmPicker.tsx';

interface Props<Q extends FaultlineQuery = FaultlineQuery> {
  datasource: FaultlineDataSource;
  query: Q;
  onChange(query: FaultlineQuery): void;
}

const NO_FILTERS: [] = [];

/** What a person fills in for a query of its type, but for a list's filters. */
export function QueryFields({ datasource, query, onChange }: Props) {
  switch (query.type) {
    case 'operation':
    case 'alarm':
      return (
        <InlineField label="Id" labelWidth={8} tooltip={`The ${query.type}'s id, or a variable that holds it`}>
          <Input
            key={query.type}
            aria-label={`Id of the ${query.type}`}
            defaultValue={query.id}
            width={45}
            onBlur={(event) => onChange({ ...query, id: event.currentTarget.value.trim() })}
          />
        </InlineField>
      );
    case 'cycles':
      return (
        <InlineField label="Hosts" labelWidth={8} tooltip="Hosts, or a variable such as $host">
          <ValuePicker
            datasource={datasource}
            field="host"
            others={NO_FILTERS}
            label="Hosts"
            values={query.hosts}
            onChange={(hosts) => onChange({ ...query, hosts })}
          />
        </InlineField>
      );
    case 'operations':
    case 'alarms':
    case 'vms':
      return <ListFields query={query} onChange={onChange} />;
    case 'hosts':
      return null;
    default:
      return (
        <InlineField label="VM" labelWidth={8} tooltip="A VM, or a variable such as $vm">
          <VmPicker datasource={datasource} value={query.vm ?? ''} onChange={(vm) => onChange({ ...query, vm })} />
        </InlineField>
      );
  }
}

const STATES: Array<ComboboxOption<NonNullable<VmsQuery['state']>>> = [
  { value: 'abnormal', label: 'Abnormal' },
  { value: 'stopped', label: 'Stopped' },
  { value: 'dormant', label: 'Dormant' },
  { value: 'running', label: 'Running' },
  { value: 'unknown', label: 'Unknown', description: 'Nothing is known now' },
];

/** What lists have beside their filters. */
function ListFields({ query, onChange }: Omit<Props<OperationsQuery | AlarmsQuery | VmsQuery>, 'datasource'>) {
  return (
    <>
      {query.type === 'alarms' && (
        <InlineField label="Active" labelWidth={9} tooltip="Only alarms that are not cleared">
          <InlineSwitch
            aria-label="Active alarms only"
            value={query.active === true}
            onChange={({ currentTarget }) =>
              onChange(withOptional(query, 'active', currentTarget.checked ? true : undefined))
            }
          />
        </InlineField>
      )}
      {query.type === 'vms' && (
        <>
          <InlineField label="Search" labelWidth={9} tooltip="Words of the name, host, user, project, group or address">
            <Input
              aria-label="Search for VMs"
              defaultValue={query.search ?? ''}
              width={25}
              onBlur={(event) => onChange(withOptional(query, 'search', event.currentTarget.value.trim() || undefined))}
            />
          </InlineField>
          <InlineField label="State" labelWidth={8}>
            <Named name="State of the VMs">
              {(name) => (
                <Combobox
                  aria-labelledby={name}
                  placeholder="any"
                  options={STATES}
                  value={query.state ?? null}
                  width={16}
                  isClearable
                  onChange={(option) => onChange(withOptional(query, 'state', option?.value))}
                />
              )}
            </Named>
          </InlineField>
        </>
      )}
      <InlineField label="Limit" labelWidth={8} tooltip={`The most rows, up to ${MOST_ROWS}; the newest are kept`}>
        <Input
          aria-label="Limit"
          type="number"
          min={1}
          max={MOST_ROWS}
          placeholder={String(MOST_ROWS)}
          defaultValue={query.limit ?? ''}
          width={10}
          onBlur={(event) => {
            const { value } = event.currentTarget;
            onChange(withOptional(query, 'limit', value === '' ? undefined : Number(value)));
          }}
        />
      </InlineField>
    </>
  );
}
