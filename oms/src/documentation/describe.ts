import swagger from '@fastify/swagger';
import { Problem } from '@faultline/contracts';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { VERSION } from '../version.ts';

/** The parts of the API, in the order of the page. Each route names one of them as its tag. */
const TAGS = [
  { name: 'timeline', description: 'What happened to a VM, as data frames.' },
  { name: 'vms', description: 'Which VMs there are.' },
  { name: 'alarms', description: 'What is wrong, and who looks after it.' },
  { name: 'fault-reports', description: 'What people say is wrong.' },
  { name: 'hosts', description: 'Where operations are performed.' },
  { name: 'operations', description: 'Having VMs acted upon, and what came of it.' },
  { name: 'reports', description: 'What hosts send.' },
  { name: 'audit', description: 'Who asked for what.' },
  { name: 'status', description: 'How the OMS itself is.' },
];

/** OpenAPI has an object for each content type; a problem is the same whatever went wrong. */
const PROBLEM_ANSWERS = {
  '4xx': {
    description: 'What is wrong with the request.',
    content: { 'application/problem+json': { schema: Problem } },
  },
  '5xx': { description: 'The OMS failed.', content: { 'application/problem+json': { schema: Problem } } },
};

/** Describes every route that is registered from here on in an OpenAPI 3.1 document, made of the schemas that check requests. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', completeDescription);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Faultline OMS',
        version: VERSION,
        description: [
          'The records of VMs, their timelines, and operations on them. Times are milliseconds since the Unix epoch, UTC.',
          'Every error is a problem (RFC 9457) with a `code` for programs and a `detail` for people.',
        ].join(' '),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: TAGS,
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token that `faultline-oms token create` made.' },
        },
      },
    },
  });
}

/** Adds what is the same for all: which problems there may be, and what token it takes. */
function completeDescription(route: RouteOptions): void {
  const { schema, config } = route;
  if (schema?.hide === true) return;
  const access = config?.access ?? 'none';
  route.schema = {
    ...schema,
    description: [schema?.description, access === 'none' ? 'Open to everyone.' : `For \`${access}\`.`].join(' ').trim(),
    // OpenAPI 3.1 lets the names of roles stand where OAuth has its scopes.
    security: access === 'none' ? [] : [{ token: [access] }],
    response: { ...answersOf(schema), ...PROBLEM_ANSWERS },
  };
}

/** What a route itself says that it answers; every problem has the same form, whichever of them it names. */
function answersOf(schema: FastifySchema | undefined): Record<string, unknown> {
  const answers = Object.entries((schema?.response ?? {}) as Record<string, unknown>);
  return Object.fromEntries(answers.filter(([status]) => !/^[45]/.test(status)));
}
