import type { ProblemFacts } from '@faultline/contracts';
import type { FastifySchemaValidationError } from 'fastify';
import { Settings } from 'typebox/system';

/** TypeBox stops at 8 errors: of a large record in a union those are all the first branch's, which is not the one that was meant. */
const MAX_ERRORS = 200;
Settings.Set({ maxErrors: MAX_ERRORS });

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
