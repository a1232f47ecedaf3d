import { css } from '@emotion/css';
import { Checkbox, Combobox, Field, Input, TextArea } from '@grafana/ui';
import type { FormField } from './fields.ts';

interface Props {
  name: string;
  field: FormField;
  value: string | boolean | undefined;
  wrong: string | undefined;
  hosts: readonly string[];
  onChange: (value: string | boolean) => void;
}

/** One field of the form. */
export function FieldInput({ name, field, value, wrong, hosts, onChange }: Props) {
  const id = `faultline-field-${name}`;
  if (field.type === 'flag') {
    return (
      <div className={whole}>
        <Checkbox
          id={id}
          label={field.label}
          description={field.description ?? ''}
          value={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      </div>
    );
  }
  const written = typeof value === 'string' ? value : '';
  return (
    <Field
      noMargin
      label={field.label}
      htmlFor={id}
      description={field.description}
      required={field.isRequired === true}
      invalid={wrong !== undefined}
      error={wrong}
    >
      {field.type === 'choice' ? (
        <Combobox
          id={id}
          options={(field.options === 'hosts' ? hosts : field.options).map((option) => ({
            value: option,
            label: option,
          }))}
          value={written === '' ? null : written}
          isClearable
          onChange={(option) => onChange(option?.value ?? '')}
        />
      ) : field.type === 'lines' ? (
        <TextArea id={id} rows={2} value={written} onChange={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <Input
          id={id}
          value={written}
          inputMode={field.type === 'number' ? 'numeric' : 'text'}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** As wide as the form. */
const whole = css({ gridColumn: '1 / -1' });
