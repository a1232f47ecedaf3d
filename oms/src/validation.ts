import type { ProblemFacts } from '@faultline/contracts';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { ApiError } from './errors.ts';

/** TypeBox stops at 8 errors: of a large record in a union those are all the first branch's, which is not the one that was meant. */
const MAX_ERRORS = 200;
/** No record has ten. */
const MAX_DEPTH = 64;
Settings.Set({ maxErrors: MAX_ERRORS });

/**
 * Checks what is sent against a route's schemas. A body is taken as it is; in an address everything is text, of which whole
 * decimal numbers become numbers, and `true` and `false` what they say, where that is asked for: `0.5` and `1e3` are no whole numbers.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (value: unknown) => {
    if (isDeeperThan(MAX_DEPTH, value)) return { error: new NestedTooDeepError() };
    const read = httpPart === 'body' ? value : withValues(schema, value);
    return validator.Check(read) ? { value: read } : { error: validator.Errors(read) };
  };
};

/** Thrown for a body with more levels than any record has: what looks into each level by calling itself would not come back. */
class NestedTooDeepError extends ApiError {
  override readonly name = 'NestedTooDeepError';
  constructor() {
    super({ code: 'invalid', detail: `the body has more than ${MAX_DEPTH} levels`, field: '' });
  }
}

function isDeeperThan(most: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((each): unknown[] => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

function withValues(schema: TSchema, value: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]: [string, unknown]) => [name, valueOf(properties[name]?.type, text)]),
  );
}

function valueOf(type: string | undefined, text: unknown): unknown {
  if (type === 'integer' && typeof text === 'string' && /^-?\d{1,16}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/**
 * The one thing to tell a sender about a body that does not fit its schema.
 *
 * TypeBox lists the errors of every branch of a union. Our unions are told apart by a literal `type` or `kind`, so a branch whose
 * literal did not fit says nothing of use, unless none fitted: then the literal is what is wrong.
 */
export function describeInvalid(errors: FastifySchemaValidationError[]): ProblemFacts {
  const telling = errors.filter(({ keyword }) => keyword !== 'boolean' && keyword !== 'anyOf');
  const refused = new Set(
    telling.filter(isTag).map(({ schemaPath, instancePath }) => branchOf(schemaPath) + instanceOfTag(instancePath)),
  );
  const chosen = telling.filter((error) => ![...refused].some((branch) => isWithin(error, branch)));
  const error = chosen[0] ?? telling.find(isTag) ?? errors[0];
  if (error === undefined) return { detail: 'the body is not in the form that is asked for' };
  const field = fieldOf(error);
  return { detail: `${field === '' ? 'the body' : field} ${error.message ?? 'is invalid'}`, field };
}

const TAG = /\/(?:type|kind)$/;
const BRANCH = /^(.*\/anyOf\/\d+)(?:\/.*)?$/;

const branchOf = (schemaPath: string): string => `${BRANCH.exec(schemaPath)?.[1] ?? schemaPath}@`;
const instanceOfTag = (instancePath: string): string => instancePath.replace(TAG, '');

function isTag({ keyword, instancePath, schemaPath }: FastifySchemaValidationError): boolean {
  return keyword === 'const' && TAG.test(instancePath) && BRANCH.test(schemaPath);
}

function isWithin({ schemaPath, instancePath }: FastifySchemaValidationError, branch: string): boolean {
  const [schema, instance] = branch.split('@') as [string, string];
  return (
    (schemaPath === schema || schemaPath.startsWith(`${schema}/`)) &&
    (instancePath === instance || instancePath.startsWith(`${instance}/`))
  );
}

/** The field itself, where the error is that it is missing or should not be there. */
function fieldOf({ instancePath, params }: FastifySchemaValidationError): string {
  const [name] = [params['requiredProperties'], params['additionalProperties']].flat().filter((it) => it !== undefined);
  return typeof name === 'string' ? `${instancePath}/${name}` : instancePath;
}
