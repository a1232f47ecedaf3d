import type { ProblemCode } from '@faultline/contracts';
import { RequestError } from './errors.ts';

/** The longest part of an unknown name that is repeated, in characters. */
const SHOWN_CHARACTERS = 100;

/** The collectors whose series a scrape wants, in the order of the page; `all` for the whole page. */
export type Selection = readonly string[] | 'all';

/**
 * What `collect[]` and `exclude[]` choose, as node_exporter has them: either some or all but some, never both.
 *
 * @param running the collectors that run
 * @param known those and the ones that are switched off
 * @throws RequestError 400
 */
export function selectionOf(
  query: URLSearchParams,
  { running, known }: { running: readonly string[]; known: readonly string[] },
): Selection {
  const refuse = (code: ProblemCode, field: string, detail: string): RequestError =>
    new RequestError(code, { detail, field });
  const [collect, exclude] = ['collect[]', 'exclude[]'].map((field) => {
    const names = new Set(query.getAll(field));
    for (const name of names) {
      // To leave out what does not run is what was wanted.
      if (running.includes(name) || (field === 'exclude[]' && known.includes(name))) continue;
      const shown = JSON.stringify(name.slice(0, SHOWN_CHARACTERS));
      if (known.includes(name)) throw refuse('disabled-collector', field, `the collector ${shown} is switched off`);
      throw refuse('unknown-collector', field, `there is no collector ${shown}; there are ${running.join(', ')}`);
    }
    return names;
  }) as [Set<string>, Set<string>];
  if (collect.size > 0 && exclude.size > 0) {
    throw refuse('collect-and-exclude', 'exclude[]', 'collect[] and exclude[] cannot be combined');
  }
  if (collect.size === 0 && exclude.size === 0) return 'all';
  return running.filter((name) => (collect.size > 0 ? collect.has(name) : !exclude.has(name)));
}
