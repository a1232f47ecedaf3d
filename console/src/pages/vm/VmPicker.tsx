import { Combobox, type ComboboxOption } from '@grafana/ui';
import { useMemo } from 'react';
import type { Vm } from '../../oms/records.ts';

interface Props {
  vms: readonly Vm[];
  selected: string;
  onSelect: (uuid: string) => void;
}

/** The VM list for narrow screens: a dropdown that searches. */
export function VmPicker({ vms, selected, onSelect }: Props) {
  const options = useMemo<Array<ComboboxOption<string>>>(
    () =>
      vms.map(({ uuid, name, host, state }) => ({
        value: uuid,
        label: name,
        description: `${state ?? 'no data'} · ${host}`,
      })),
    [vms],
  );
  return (
    <Combobox
      aria-label="Virtual machine"
      data-testid="faultline-vm-picker"
      options={options}
      value={options.some(({ value }) => value === selected) ? selected : null}
      placeholder="Choose a VM"
      onChange={({ value }) => onSelect(value)}
    />
  );
}
