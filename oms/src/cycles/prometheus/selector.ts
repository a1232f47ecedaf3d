/** Label names that may be written without quotes in every version of PromQL. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A label matcher as PromQL writes it. Go's escapes in quotes are JSON's, and some more. */
export const isMatcher = (text: string): boolean =>
  /^[a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"([^"\\\n]|\\.)*"$/.test(text) && !text.startsWith('__name__');

/** PromQL for the raw samples of these metrics in the `ms` before the moment that is asked for. */
export function rangeOf(names: readonly string[], matchers: readonly string[], ms: number): string {
  return `{${[nameMatcher(names), ...matchers].join(',')}}[${ms}ms]`;
}

const nameMatcher = (names: readonly string[]): string =>
  names.length === 1 ? `__name__=${JSON.stringify(names[0])}` : `__name__=~${JSON.stringify(names.join('|'))}`;

/** Matchers for exactly these labels. */
export function matchersOf(labels: ReadonlyMap<string, string>): string[] {
  return [...labels]
    .filter(([name]) => LABEL_NAME.test(name) && name !== '__name__')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
}
