import type { Variable, VariableQuery as Narrowing, VariableValues } from '@faultline/contracts';
import { FaultlineError } from './errors.ts';
import { ALL } from './filters/saved.ts';
import { incomplete } from './queries/definition.ts';

/** What the values of a variable can be narrowed by. */
export type NarrowedBy = keyof Narrowing;

/** What a template variable holds; each of the others narrows it, and may itself be a variable, of one or several values. */
export interface VariableQuery extends Partial<Record<NarrowedBy, string>> {
  variable: Variable;
}

interface VariableKind {
  label: string;
  description: string;
  narrowedBy: readonly NarrowedBy[];
}

/** The kinds of variables in the order the editor offers them. Typed by the contract: a kind added there must be named here. */
const KINDS: Record<Variable, VariableKind> = {
  vms: { label: 'VMs', description: 'Shown by name, used by UUID', narrowedBy: ['host', 'user', 'project'] },
  hosts: { label: 'Hosts', description: 'Hosts that have VMs', narrowedBy: ['user', 'project'] },
  users: { label: 'Users', description: 'Whose VMs there are', narrowedBy: ['host', 'project'] },
  projects: { label: 'Projects', description: 'Projects that have VMs', narrowedBy: ['host', 'user'] },
  groups: { label: 'Groups', description: 'Groups that have VMs', narrowedBy: ['host', 'user', 'project'] },
  'alarm-names': {
    label: 'Alarm names',
    description: 'Names of alarms that were raised',
    narrowedBy: ['host', 'user', 'project', 'vm'],
  },
  initiators: {
    label: 'Initiators',
    description: 'Who asked for operations',
    narrowedBy: ['host', 'user', 'project', 'vm'],
  },
};
export const VARIABLE_KINDS = (Object.keys(KINDS) as Variable[]).map((value) => ({ value, ...KINDS[value] }));

export const NARROWED_BY_LABELS: Record<NarrowedBy, string> = {
  host: 'Host',
  user: 'User',
  project: 'Project',
  vm: 'VM',
};

/** As many as the OMS takes of one kind. */
const MOST_NARROWING = 100;

/** What a variable of this kind can be narrowed by. */
export const narrowedBy = (variable: Variable): readonly NarrowedBy[] => KINDS[variable].narrowedBy;

/**
 * What a dashboard saved as a variable's query: this version's object, an older one's word, or nothing, which were the VMs.
 * Throws {@link FaultlineError} `query-incomplete` for what this version does not know.
 */
export function readVariableQuery(query: unknown): VariableQuery {
  const saved: Record<string, unknown> =
    typeof query === 'object' && query !== null ? (query as Record<string, unknown>) : {};
  const named = saved['variable'] ?? (typeof query === 'string' && query !== '' ? query : 'vms');
  if (typeof named !== 'string' || !Object.hasOwn(KINDS, named)) {
    throw incomplete(`A variable of "${String(named)}" is not known here; known are ${Object.keys(KINDS).join(', ')}.`);
  }
  const variable = named as Variable;
  const narrowing = narrowedBy(variable).flatMap((by) => {
    const value = saved[by];
    return typeof value === 'string' && value.trim() !== '' ? [[by, value.trim()]] : [];
  });
  return { variable, ...(Object.fromEntries(narrowing) as Partial<Record<NarrowedBy, string>>) };
}

/**
 * Path and query of the request for a variable's values. `expand` gives the values of a text that may hold variables.
 *
 * Throws {@link FaultlineError} `query-incomplete` where what narrows it has no value, or too many.
 */
export function variableUrl(query: VariableQuery, expand: (text: string) => string[]): string {
  const parameters = narrowedBy(query.variable).flatMap((by) =>
    narrowing(by, query[by], expand).map((value): [string, string] => [by, value]),
  );
  const path = `/api/v1/variables/${query.variable}`;
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters)}`;
}

function narrowing(by: NarrowedBy, text: string | undefined, expand: (text: string) => string[]): string[] {
  const values = text === undefined ? [] : expand(text).filter((value) => value !== '');
  if (values.includes(ALL)) {
    return [];
  }
  const unset = values.find((value) => value.includes('$'));
  if (unset !== undefined) {
    throw incomplete(`The variable in "${unset}" has no value on this dashboard.`);
  }
  if (values.length > MOST_NARROWING) {
    throw incomplete(
      `A variable is narrowed by at most ${MOST_NARROWING} values of ${NARROWED_BY_LABELS[by]}, not ${values.length}: give the other variable's "All" the custom value ${ALL}, which narrows nothing.`,
    );
  }
  return values;
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
export function variableText(query: VariableQuery): string {
  const { label } = KINDS[query.variable];
  const of = narrowedBy(query.variable).flatMap((by) => query[by] ?? []);
  return of.length > 0 ? `${label} of ${of.join(', ')}` : `All ${label.startsWith('VM') ? label : label.toLowerCase()}`;
}
