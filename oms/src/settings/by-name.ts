import { notAllowed } from '@faultline/program';

/** What was given by name. @throws BadSettingError when a name was given twice */
export function byName<T extends string>(
  flag: string,
  { allowed }: { allowed: string },
  given: [string, T][],
): Map<string, T> {
  const seen = new Map<string, T>();
  for (const [name, value] of given) {
    if (seen.has(name)) throw notAllowed(flag, `${name}=${value}`, allowed);
    seen.set(name, value);
  }
  return seen;
}
