import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { incomplete, type Variables } from './queries/definition.ts';

/** Stands between the values of a variable of several: no name holds it. */
const BETWEEN = '\u0000';

/** One reference to a variable, and nothing beside it. */
const REFERENCE = /^(\$\w+|\$\{[^{}]+\}|\[\[[^[\]]+\]\])$/;

/** The variables of a dashboard, as Grafana's own service replaces them. */
export function templateVariables(service: Pick<TemplateSrv, 'replace'>, scopedVars?: ScopedVars): Variables {
  const values = (text: string) =>
    service.replace(text, scopedVars, (value: unknown) => [value].flat().map(String).join(BETWEEN)).split(BETWEEN);
  return {
    one: (text) => service.replace(text, scopedVars),
    all: (text) => {
      const found = values(text);
      if (found.length > 1 && !REFERENCE.test(text.trim())) {
        throw incomplete(`The variable in "${text}" holds several values: it must stand by itself, or hold one.`);
      }
      return found;
    },
  };
}
