import { Field, Input } from '@grafana/ui';
import { useId, useState } from 'react';
import { useOms } from '../oms/context.ts';

const STORED_AS = 'faultline.person';

/** Who acts: as they called themselves the last time in this browser, or else as the OMS knows them. */
export function usePerson(): [string, (name: string) => void] {
  const { caller } = useOms();
  const [name, setName] = useState(() => stored() ?? caller?.who ?? '');
  return [name, setName];
}

/** Keeps a name for the next time. */
export function keepPerson(name: string): void {
  try {
    window.localStorage.setItem(STORED_AS, name);
  } catch {
    // Where the browser keeps nothing, the name is written again the next time.
  }
}

function stored(): string | null {
  try {
    return window.localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

/** Whether a name can stand in a record: one line of at most 255 characters. */
export const isPerson = (name: string): boolean =>
  name.trim() !== '' && name.trim().length <= 255 && !/[\u0000-\u001f\u007f-\u009f]/.test(name);

/** The field for who acts. */
export function PersonField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const id = useId();
  return (
    <Field
      noMargin
      label="By"
      htmlFor={id}
      description="Your name, as it stands in the record."
      invalid={!isPerson(value)}
      error="One line of at most 255 characters."
    >
      <Input id={id} value={value} maxLength={255} onChange={(event) => onChange(event.currentTarget.value)} />
    </Field>
  );
}
