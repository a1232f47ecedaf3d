import { BadSettingError } from './errors.ts';

/** `--cycle.` of `--cycle.interval`; a variable has no such part. */
function familyOf(name: string): string {
  return /^-*[^.]*\./.exec(name)?.[0] ?? name;
}

/** The line for a setting that does not exist: those of its family are what was meant, else any of them. */
export function unknownSetting(key: string, name: string, known: readonly string[]): BadSettingError {
  const family = known.filter((other) => familyOf(other) === familyOf(name));
  const allowed = family.length > 0 ? family : known;
  return new BadSettingError(key, `there is no such setting; allowed: ${allowed.join(', ')}`);
}
