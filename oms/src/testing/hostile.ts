import type { TSchema } from 'typebox';

/** A schema as JSON Schema has it: what of TypeBox's is read here. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  patternProperties?: Record<string, Schema>;
  additionalProperties?: unknown;
  pattern?: string;
  minItems?: number;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
}

/** Something that a field is given instead of what it should have. `raw` is written into the JSON as it stands. */
interface Hostile {
  what: string;
  raw: string;
}

const text = (what: string, value: string): Hostile => ({ what, raw: JSON.stringify(value) });

/** What no field of any route takes, whatever its type. */
const NEVER_TAKEN: readonly Hostile[] = [
  { what: 'an object', raw: '{"a":{"b":[]}}' },
  { what: 'a number without end', raw: '1e999' },
  { what: 'a negative number without end', raw: '-1e999' },
  { what: 'a million digits', raw: '9'.repeat(100_000) },
  { what: 'half a number', raw: '0.5' },
  text('a NUL', 'a\u0000b'),
  text('an escape for a terminal', '\u001b[2J\u0007'),
  { what: 'half a surrogate pair', raw: '"\\ud800"' },
  text('200 kB', 'x'.repeat(200_000)),
  text('200 kB of marks on one letter', `e${'\u0301'.repeat(100_000)}`),
  { what: 'deep nesting', raw: `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
  { what: 'NaN', raw: 'NaN' },
];

/** Beside those, what a field of this type must not be. */
const NOT_OF_TYPE: Record<string, readonly Hostile[]> = {
  string: [
    { what: 'null', raw: 'null' },
    { what: 'a number', raw: '7' },
    { what: 'true', raw: 'true' },
    { what: 'a list', raw: '["a"]' },
  ],
  integer: [
    { what: 'text', raw: '"7"' },
    { what: 'true', raw: 'true' },
    { what: 'a list', raw: '[1]' },
    { what: 'more than can be counted', raw: '9007199254740993000' },
    { what: 'less than nothing', raw: '-1' },
  ],
  boolean: [
    { what: 'text', raw: '"true"' },
    { what: 'a number', raw: '1' },
    { what: 'a list', raw: '[true]' },
  ],
  array: [
    { what: 'text', raw: '"[]"' },
    { what: 'a number', raw: '1' },
  ],
  object: [
    { what: 'text', raw: '"{}"' },
    { what: 'a list', raw: '[]' },
    { what: 'a field of the prototype', raw: '{"__proto__":{"isAdmin":true}}' },
    { what: 'a constructor', raw: '{"constructor":{"prototype":{"isAdmin":true}}}' },
  ],
};

/** Fields that a pattern or a list of words bounds refuse these too; a name or a free text is allowed to be one. */
const INJECTIONS: readonly Hostile[] = [
  text('SQL', "x'; drop table vms; --"),
  text('HTML', '<img src=x onerror=alert(1)>'),
  text('a path', '../../../../etc/passwd'),
  text('a template', '${7*7}{{7*7}}'),
];

/** One thing that is wrong with one field, as a whole body. */
export interface Attempt {
  field: string;
  what: string;
  body: string;
  /** Whether the route may take it after all: harmless content for a free text. */
  mayBeTaken: boolean;
}

/** Valid bodies of a schema, one for each branch of each union at the top, as a place to put something wrong into. */
export function attemptsOn(schema: TSchema): Attempt[] {
  return valuesOf(schema as Schema).flatMap(({ value, branch }) => [
    ...attemptsAt(branch, value, []),
    ...strangeFields(value, branch.additionalProperties !== false),
    ...brokenBodies(value, branch.additionalProperties !== false),
  ]);
}

/** What is wrong as a text in an address, for a schema of parameters; its fields are told by their names. */
export function textsFor(schema: TSchema): { field: string; what: string; text: string; mayBeTaken: boolean }[] {
  return Object.entries((schema as Schema).properties ?? {}).flatMap(([field, own]) => [
    ...[
      { what: 'a NUL', text: '\u0000' },
      { what: 'an escape for a terminal', text: '\u001b[2J' },
      { what: 'very long', text: 'x'.repeat(5000) },
    ].map((each) => ({ ...each, field, mayBeTaken: false })),
    ...INJECTIONS.map(({ what, raw }) => ({
      field,
      what,
      text: JSON.parse(raw) as string,
      mayBeTaken: takes(own, raw),
    })),
    ...(own.type === 'integer'
      ? ['1e999', '-1', 'NaN', '0.5', '9'.repeat(400), '0x10 or so'].map((wrong) => ({
          field,
          what: `${wrong.slice(0, 9)} for a number`,
          text: wrong,
          mayBeTaken: false,
        }))
      : []),
  ]);
}

/**
 * Whether this is content like any other for the field: SQL is a fine name for a VM, and where another system's message is read, any text is
 * taken and made plain before it is kept.
 */
function takes(schema: Schema, raw: string): boolean {
  const { anyOf, pattern = '', enum: words, const: word, type, maxLength = Infinity } = schema;
  if (anyOf !== undefined) return anyOf.some((each) => takes(each, raw));
  if (type !== 'string' || !raw.startsWith('"') || words !== undefined || word !== undefined) return false;
  const value = JSON.parse(raw) as string;
  return Array.from(value).length <= maxLength && new RegExp(pattern, 'u').test(value);
}

type Path = readonly (string | number)[];

function attemptsAt(schema: Schema, whole: unknown, path: Path): Attempt[] {
  const { anyOf, allOf } = schema;
  if (allOf !== undefined) return allOf.flatMap((each) => attemptsAt(each, whole, path));
  const value = at(whole, path);
  if (anyOf !== undefined) {
    const branch = anyOf.find((each) => fits(each, value)) ?? {};
    const types = anyOf.map(({ type }) => type);
    return [...instead(branch, whole, path, types.includes('null')), ...within(branch, whole, path)];
  }
  return [...instead(schema, whole, path, false), ...within(schema, whole, path)];
}

function within(
  { properties = {}, required = [], items, patternProperties, additionalProperties }: Schema,
  whole: unknown,
  path: Path,
): Attempt[] {
  const inner = Object.entries(properties).flatMap(([name, own]) => attemptsAt(own, whole, [...path, name]));
  const missing = required.map((name) => attempt(whole, [...path, name], { what: 'nothing', raw: undefined }, false));
  const first = items === undefined ? [] : attemptsAt(items, whole, [...path, 0]);
  const record = Object.values(patternProperties ?? {}).flatMap((own) => attemptsAt(own, whole, [...path, 'key']));
  const keys =
    patternProperties === undefined
      ? []
      : ['a\u0000b', '__proto__', 'x'.repeat(100_000), '<b>'].map((key) =>
          attempt(whole, [...path, key], { what: 'a strange key', raw: '"x"' }, additionalProperties !== false),
        );
  return [...inner, ...missing, ...first, ...record, ...keys];
}

function instead(schema: Schema, whole: unknown, path: Path, orNull: boolean): Attempt[] {
  const type = schema.type ?? (schema.const !== undefined || schema.enum !== undefined ? 'string' : '');
  const wrong = [...NEVER_TAKEN, ...(NOT_OF_TYPE[type] ?? [])].filter(
    ({ what }) => !(orNull && what === 'null') && !(type === 'number' && what === 'half a number'),
  );
  const injections = type === 'string' ? INJECTIONS : [];
  return [
    ...wrong.map((hostile) => {
      const isNegative = hostile.what === 'less than nothing' && (schema.minimum ?? -1) < 0;
      return attempt(whole, path, hostile, isNegative || takes({ ...schema, type }, hostile.raw));
    }),
    ...injections.map((hostile) => attempt(whole, path, hostile, takes(schema, hostile.raw))),
  ];
}

/** @param areTaken another system's message may have more in it than is read */
function strangeFields(whole: unknown, areTaken: boolean): Attempt[] {
  return ['nobodyKnowsThis', '__proto__', 'constructor', 'a\u0000b'].map((name) =>
    attempt(whole, [name], { what: 'a field that nobody knows', raw: '{"prototype":{"x":1}}' }, areTaken),
  );
}

function brokenBodies(whole: unknown, areTaken: boolean): Attempt[] {
  const body = JSON.stringify(whole);
  const broken: Record<string, string> = {
    'half of it': body.slice(0, body.length / 2),
    'all but the last character': body.slice(0, -1),
    'twice the same': body + body,
    'a BOM and a comma': `\ufeff${body},`,
    nothing: '',
    'white space': ' \n',
    null: 'null',
    'a list': `[${body}]`,
    text: JSON.stringify(body),
    'single quotes': body.replaceAll('"', "'"),
    XML: '<a/>',
    '1 MB': `${body.slice(0, -1)},"x":"${'x'.repeat(1_000_000)}"}`,
  };
  return Object.entries(broken).map(([what, text]) => ({
    field: '',
    what,
    body: text,
    mayBeTaken: areTaken && what === '1 MB',
  }));
}

const MARK = '\u2620 here';

function attempt(
  whole: unknown,
  path: Path,
  { what, raw }: { what: string; raw: string | undefined },
  mayBeTaken: boolean,
): Attempt {
  const field = `/${path.map((each) => String(each).slice(0, 30)).join('/')}`;
  if (path.length === 0) return { field: '', what, body: raw ?? '', mayBeTaken };
  const marked = JSON.stringify(put(whole, path, raw === undefined ? undefined : MARK));
  return { field, what, body: marked.replace(JSON.stringify(MARK), () => raw ?? ''), mayBeTaken };
}

function put(whole: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((each: unknown, index) => (index === head ? put(each, rest, value) : each));
  const entries = Object.entries((whole ?? {}) as Record<string, unknown>).filter(([name]) => name !== head);
  // Not by assignment: `__proto__` is to be a field like any other.
  return Object.fromEntries([...entries, [head, put(at(whole, [head]), rest, value)]]);
}

function at(whole: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string | number, unknown> | undefined)?.[name], whole);
}

/** A value of each branch, with every field there is. */
function valuesOf(schema: Schema): { value: unknown; branch: Schema }[] {
  if (schema.anyOf === undefined) return [{ value: valueOf(schema), branch: schema }].flatMap(unfolded);
  return schema.anyOf.map((branch) => ({ value: valueOf(branch), branch }));
}

/** A list of a union within: one body for each kind of item. */
function unfolded({ value, branch }: { value: unknown; branch: Schema }): { value: unknown; branch: Schema }[] {
  const [name, list] =
    Object.entries(branch.properties ?? {}).find(([, { items }]) => items?.anyOf !== undefined) ?? [];
  if (name === undefined || list?.items?.anyOf === undefined) return [{ value, branch }];
  return list.items.anyOf.map((item) => ({ value: put(value, [name], [valueOf(item)]), branch }));
}

function valueOf(schema: Schema): unknown {
  const { type, properties = {}, items, anyOf, allOf, patternProperties } = schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (anyOf?.[0] !== undefined) return valueOf(anyOf[0]);
  if (allOf !== undefined) return Object.assign({}, ...allOf.map(valueOf)) as unknown;
  switch (type) {
    case 'object': {
      const own = Object.entries(properties).map(([name, each]) => [name, valueOf(each)] as const);
      const key = Object.values(patternProperties ?? {}).map((each) => ['key', valueOf(each)] as const);
      return Object.fromEntries([...own, ...key]);
    }
    case 'array':
      return items === undefined ? [] : [valueOf(items)];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return textOf(schema);
  }
}

/** A text that fits the pattern: those of the contracts are few. */
function textOf({ pattern = '' }: Schema): string {
  const candidates = [
    'x1',
    '11111111-1111-4111-8111-111111111111',
    '52:54:00:00:00:01',
    '10.0.0.1',
    '1',
    'booted',
    'vda',
    '2026-01-01T00:00:00Z',
    '',
  ];
  const fitting = candidates.find((candidate) => new RegExp(pattern, 'u').test(candidate));
  if (fitting === undefined) throw new Error(`no example fits ${pattern}: add one`);
  return fitting;
}

function fits(schema: Schema, value: unknown): boolean {
  return JSON.stringify(valueOf(schema)) === JSON.stringify(value);
}
