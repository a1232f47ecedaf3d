import { Type, type Static } from 'typebox';
import { Name, VmUuid } from './scalars.ts';
import { Vm, VmFacts } from './vm.ts';

/** What `GET /api/v1/search` is asked: a part of a name, user, project, group, host or address, or the beginning of a UUID. */
export const SearchQuery = Type.Object(
  { q: Name, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })) },
  { additionalProperties: false },
);
export type SearchQuery = Static<typeof SearchQuery>;

/** A host, user or project by its name, and how many VMs are on it or theirs. */
export const Named = Type.Object({ name: Name, vms: Type.Integer({ minimum: 0 }) });
export type Named = Static<typeof Named>;

/** What was found, of each kind at most `limit`, by name. */
export const SearchAnswer = Type.Object({
  vms: Type.Array(Type.Intersect([Vm, VmFacts])),
  hosts: Type.Array(Named),
  users: Type.Array(Named),
});
export type SearchAnswer = Static<typeof SearchAnswer>;

/** What a dashboard's variable can hold. `initiators` asked for operations; `alarm-names` are of alarms that were raised. */
export const VARIABLES = ['hosts', 'vms', 'users', 'projects', 'groups', 'alarm-names', 'initiators'] as const;
export type Variable = (typeof VARIABLES)[number];

const oneOrMore = <T extends Type.TSchema>(one: T) =>
  Type.Optional(Type.Union([one, Type.Array(one, { minItems: 1, maxItems: 100 })]));

/** What `GET /api/v1/variables/:variable` may be narrowed by, each once or several times: one of them must hold. */
export const VariableQuery = Type.Object(
  { host: oneOrMore(Name), user: oneOrMore(Name), project: oneOrMore(Name), vm: oneOrMore(VmUuid) },
  { additionalProperties: false },
);
export type VariableQuery = Static<typeof VariableQuery>;

/** Answer to `GET /api/v1/variables/:variable`: people read the text, queries use the value (of a VM its UUID). */
export const VariableValues = Type.Object({
  values: Type.Array(Type.Object({ text: Type.String(), value: Type.String() })),
  /** There are more than a person would choose from; a host narrows them. */
  truncated: Type.Boolean(),
});
export type VariableValues = Static<typeof VariableValues>;
