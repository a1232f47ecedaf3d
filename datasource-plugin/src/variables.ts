import type { VARIABLES, VariableValues } from '@faultline/contracts';
import { FaultlineError } from './errors.ts';
import { incomplete } from './queries/definition.ts';

type Variable = (typeof VARIABLES)[number];

/** What a template variable holds; `host` narrows it, and may itself be a variable. */
export interface VariableQuery {
  variable: Variable;
  host?: string;
}

/** The kinds of variables in the order the editor offers them. Typed by the contract: a kind added there must be named here. */
const LABELS: Record<Variable, { label: string; description: string }> = {
  vms: { label: 'VMs', description: 'Shown by name, used by UUID' },
  hosts: { label: 'Hosts', description: 'Hosts that have VMs' },
  users: { label: 'Users', description: 'Whose VMs there are' },
  projects: { label: 'Projects', description: 'Projects that have VMs' },
};
export const VARIABLE_KINDS = (Object.keys(LABELS) as Variable[]).map((value) => ({ value, ...LABELS[value] }));

/**
 * What a dashboard saved as a variable's query: this version's object, an older one's word, or nothing, which were the VMs.
 * Throws {@link FaultlineError} `query-incomplete` for what this version does not know.
 */
export function readVariableQuery(query: unknown): VariableQuery {
  const { variable, host } = typeof query === 'object' && query !== null ? (query as Partial<VariableQuery>) : {};
  const named = variable ?? (typeof query === 'string' && query !== '' ? query : 'vms');
  if (!Object.hasOwn(LABELS, named)) {
    throw incomplete(
      `A variable of "${String(named)}" is not known here; known are ${Object.keys(LABELS).join(', ')}.`,
    );
  }
  const known = { variable: named as Variable };
  return typeof host === 'string' && host.trim() !== '' ? { ...known, host: host.trim() } : known;
}

/** Path and query of the request for a variable's values. */
export function variableUrl({ variable, host }: VariableQuery, replace: (text: string) => string): string {
  const path = `/api/v1/variables/${variable}`;
  return host === undefined ? path : `${path}?${new URLSearchParams({ host: replace(host) })}`;
}

/** Reads the answer. Throws {@link FaultlineError} `answer-malformed`. */
export function readVariableValues(json: unknown): VariableValues['values'] {
  const values = typeof json === 'object' && json !== null && 'values' in json ? json.values : undefined;
  const isValue = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    'value' in value &&
    typeof value.value === 'string';
  if (!Array.isArray(values) || !values.every(isValue)) {
    throw new FaultlineError({ code: 'answer-malformed', message: "The OMS's answer holds no values of a variable." });
  }
  return values as VariableValues['values'];
}

/** What the dashboard's list of variables says of one. */
export function variableText({ variable, host }: VariableQuery): string {
  const { label } = LABELS[variable];
  return host === undefined ? `All ${label[0] === 'V' ? label : label.toLowerCase()}` : `${label} of ${host}`;
}
