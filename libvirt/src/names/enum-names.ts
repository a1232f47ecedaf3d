/** The name of value `code` in an enum listed from 0; `<what>-<code>` for a value newer than our list. */
export function enumName(names: readonly string[], code: number, what: string): string {
  return names[code] ?? `${what}-${code}`;
}

/** The reverse, for the fake daemon. Throws a TypeError for a name that is not in the list. */
export function enumCode(names: readonly string[], name: string): number {
  const code = names.indexOf(name);
  if (code < 0) throw new TypeError(`'${name}' is none of ${names.join(', ')}`);
  return code;
}
