import { ArgumentError } from './command.ts';
import { momentOf, MOMENTS } from './time.ts';

/** The moment that a flag names, ms. @throws ArgumentError that names the flag and what is allowed */
export function moment(flag: string, text: string, now: number): number {
  const at = momentOf(text, now);
  if (at === undefined) throw new ArgumentError(`${flag} '${text}' must be ${MOMENTS}`);
  return Math.round(at);
}
