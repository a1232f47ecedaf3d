/** From the API's OpenAPI document to a page that people read. Pure. */

/** What of JSON Schema the API uses. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  patternProperties?: Record<string, Schema>;
  description?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

export interface ApiDocument {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** A chapter for each tag, in the document's order, and a section for each route in it, by address. */
export function apiReference({ tags, paths }: ApiDocument): string {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  const chapters = tags.map(({ name, description }) => {
    const own = routes.filter(({ operation }) => operation.tags?.includes(name));
    return [`## ${name}`, description, ...own.map(sectionOf)].join('\n\n');
  });
  return chapters.join('\n\n');
}

function sectionOf({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary = '', description = '', parameters = [], requestBody, responses } = operation;
  return [
    `### ${method.toUpperCase()} ${path}`,
    `${summary}. ${description}`,
    ...(parameters.length === 0 ? [] : [parametersOf(parameters)]),
    ...contentsOf(requestBody).map(({ type, schema }) => block(`Body, ${type}`, schema)),
    ...Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([status, answer]) => answersOf(status, answer)),
  ].join('\n\n');
}

function answersOf(status: string, answer: Content): string[] {
  const contents = contentsOf(answer);
  if (contents.length === 0) return [`Answers ${status} without a body.`];
  return contents.map(({ type, schema }) => folded(`Answers ${status}, ${type}`, schema));
}

const contentsOf = (content: Content | undefined): { type: string; schema: Schema }[] =>
  Object.entries(content?.content ?? {}).map(([type, { schema = {} }]) => ({ type, schema }));

const block = (title: string, schema: Schema): string => `${title}:\n\n\`\`\`ts\n${typeText(schema)}\n\`\`\``;

/** What is long, and the same as in other answers, is there when it is asked for. */
const folded = (title: string, schema: Schema): string =>
  `<details><summary>${title}</summary>\n\n\`\`\`ts\n${typeText(schema)}\n\`\`\`\n\n</details>`;

function parametersOf(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: place, required, schema }) => {
    const what = [typeText(schema), limitsOf(schema), schema.description ?? '']
      .filter((text) => text !== '')
      .join('; ');
    return `| \`${name}\` | ${place}${required === true ? ', needed' : ''} | ${what.replaceAll('|', '\\|')} |`;
  });
  return ['| parameter | where | what |', '| --- | --- | --- |', ...rows].join('\n');
}

/** A schema as a type, as TypeScript writes it, with limits and descriptions as comments. */
export function typeText(schema: Schema, indent = ''): string {
  const { anyOf, enum: values, type, items, properties } = schema;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf !== undefined) return anyOf.map((each) => typeText(each, indent)).join(' | ');
  if (type === 'array') return `${listed(typeText(items ?? {}, indent))}[]`;
  if (type === 'object' && properties !== undefined) return objectText(schema, indent);
  if (type === 'object') return `Record<string, ${typeText(valuesOf(schema), indent)}>`;
  return type === 'integer' || type === 'number' ? 'number' : (type ?? 'unknown');
}

const listed = (text: string): string => (text.includes(' | ') && !text.startsWith('{') ? `(${text})` : text);

const valuesOf = ({ additionalProperties, patternProperties }: Schema): Schema =>
  Object.values(patternProperties ?? {})[0] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});

function objectText({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const said = [limitsOf(schema), schema.description ?? ''].filter((text) => text !== '').join('; ');
    const text = `${inner}${name}${required.includes(name) ? '' : '?'}: ${typeText(schema, inner)};`;
    return said === '' ? text : `${text} // ${said}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function limitsOf({ minimum, maximum, minLength, maxLength, minItems, maxItems }: Schema): string {
  const range = (from: number | undefined, to: number | undefined, of: string): string[] => {
    // Bounds that only say what fits are not worth reading.
    const upper = to === undefined || to >= 2 ** 31 - 1 ? undefined : to;
    if (from === undefined && upper === undefined) return [];
    if (upper === undefined) return from === 0 || of === 'characters' ? [] : [`at least ${from} ${of}`.trim()];
    return [from === undefined ? `at most ${upper} ${of}`.trim() : `${from} to ${upper} ${of}`.trim()];
  };
  return [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, 'characters'),
    ...range(minItems, maxItems, 'entries'),
  ].join(', ');
}
