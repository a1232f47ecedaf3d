/** The fields of the form, as data: what a person fills in, and what of it goes into a request. */

interface Common {
  label: string;
  description?: string;
  isRequired?: boolean;
}

export type FormField = Common &
  (
    | { type: 'text'; pattern: RegExp; wrong: string }
    | { type: 'names'; pattern: RegExp; wrong: string }
    | { type: 'lines'; most: number; read: (line: string) => object | string }
    | { type: 'number'; from: number; to: number; scale: number }
    | { type: 'choice'; options: readonly string[] | 'hosts' }
    | { type: 'flag' }
  );
export type FieldSet = Readonly<Record<string, FormField>>;

/** What a person filled in, by the field's name: text, or whether a flag is set. */
export type Filled = Readonly<Record<string, string | boolean>>;

export const text = (label: string, more: Omit<Common, 'label'> & { pattern: RegExp; wrong: string }): FormField => ({
  type: 'text',
  label,
  ...more,
});
/** Several names with commas between. */
export const names = (label: string, more: Omit<Common, 'label'> & { pattern: RegExp; wrong: string }): FormField => ({
  type: 'names',
  label,
  ...more,
});
/** Several things, one a line; `read` answers a text where a line is wrong. */
export const lines = (
  label: string,
  more: Omit<Common, 'label'> & { most: number; read: (line: string) => object | string },
): FormField => ({ type: 'lines', label, ...more });
/** A whole number; `scale` is by how much the request's unit is finer than the person's. */
export const number = (
  label: string,
  { scale = 1, ...more }: Omit<Common, 'label'> & { from: number; to: number; scale?: number },
): FormField => ({ type: 'number', label, scale, ...more });
/** `hosts`: one of those that this OMS controls. */
export const choice = (
  label: string,
  options: readonly string[] | 'hosts',
  more: Omit<Common, 'label'> = {},
): FormField => ({ type: 'choice', label, options, ...more });
export const flag = (label: string, description?: string): FormField => ({
  type: 'flag',
  label,
  ...(description !== undefined && { description }),
});

/** What goes into the request, or what is wrong, by field. Fields that are empty are left out: the OMS has its defaults. */
export function readFields(
  fields: FieldSet,
  filled: Filled,
): { values: Record<string, unknown> } | { wrong: Record<string, string> } {
  const values: Record<string, unknown> = {};
  const wrong: Record<string, string> = {};
  for (const [name, field] of Object.entries(fields)) {
    const entered = filled[name];
    if (field.type === 'flag') {
      if (entered === true) {
        values[name] = true;
      }
      continue;
    }
    const words = typeof entered === 'string' ? entered.trim() : '';
    if (words === '') {
      if (field.isRequired === true) {
        wrong[name] = `${field.label} is needed.`;
      }
      continue;
    }
    const read = readOne(field, words);
    if ('wrong' in read) {
      wrong[name] = read.wrong;
    } else {
      values[name] = read.value;
    }
  }
  return Object.keys(wrong).length > 0 ? { wrong } : { values };
}

type Read = { value: unknown } | { wrong: string };

function readOne(field: Exclude<FormField, { type: 'flag' }>, words: string): Read {
  switch (field.type) {
    case 'text':
      return field.pattern.test(words) ? { value: words } : { wrong: field.wrong };
    case 'choice':
      return { value: words };
    case 'number': {
      const value = Number(words);
      return Number.isInteger(value) && value >= field.from && value <= field.to
        ? { value: value * field.scale }
        : { wrong: `A whole number from ${field.from} to ${field.to}.` };
    }
    case 'names': {
      const each = [...new Set(words.split(/[\s,]+/).filter(Boolean))];
      return each.every((name) => field.pattern.test(name)) ? { value: each } : { wrong: field.wrong };
    }
    case 'lines': {
      const read = words
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean)
        .map(field.read);
      const bad = read.find((each) => typeof each === 'string');
      if (bad !== undefined) {
        return { wrong: String(bad) };
      }
      return read.length > field.most ? { wrong: `At most ${field.most}.` } : { value: read };
    }
  }
}
