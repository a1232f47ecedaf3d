import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROBLEMS } from '@faultline/contracts';
import { expect, it } from '@jest/globals';
import { format } from 'prettier';
import { createServer } from '../server.ts';
import { apiReference, typeText, type ApiDocument } from '../testing/api-reference.ts';
import { testContext } from '../testing/context.ts';

const PAGE = join(import.meta.dirname, '../../../docs/api.md');

const problems = Object.entries(PROBLEMS).map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);

const pageOf = (document: ApiDocument): string => `# The API of the OMS

Made from the code by \`npm run docs:api\`; a test holds it against the routes. A running OMS shows the same at \`/api/docs\`, to be tried, and as an OpenAPI 3.1 document at \`/api/v1/openapi.json\`.

- **Who asks** says so with a token: \`Authorization: Bearer flt_...\`. Each route names the role that it takes; \`operate\` may do all ([tokens](security.md#tokens)).
- **Times** are milliseconds since the Unix epoch, UTC.
- **Ids** of what is sent are chosen by the sender: the same record sent twice is stored once.
- **2xx** comes after the commit: what was acknowledged is not lost.
- **Pages**: lists answer \`items\` and \`next\`; ask again with \`cursor=\` and what \`next\` is, until it is null.
- **Errors** are problems ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with a \`code\` for programs, a \`detail\` for people, and where a field is wrong its \`field\`: [codes](#codes-of-problems).

${apiReference(document)}

## Codes of problems

Some are the exporter's, which answers in the same form.

| code | status | what it says |
| --- | --- | --- |
${problems.join('\n')}
`;

it('the API is written down in docs/api.md, as it is', async () => {
  const context = await testContext();
  const app = await createServer(context);
  const document = (await app.inject('/api/v1/openapi.json')).json<ApiDocument>();
  await app.close();
  await context.db.destroy();
  const page = await format(pageOf(document), {
    parser: 'markdown',
    printWidth: 120,
    embeddedLanguageFormatting: 'off',
  });
  if (process.env['FAULTLINE_UPDATE_GOLDENS'] === '1') await writeFile(PAGE, page);
  expect(await readFile(PAGE, 'utf8')).toBe(page);
});

it('a schema is told as a type, with its limits', () => {
  const schema = {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'string', minLength: 1, maxLength: 128, description: 'chosen by the sender' },
      at: { type: 'integer', minimum: 0, maximum: 8.64e15 },
      kinds: { type: 'array', maxItems: 5, items: { anyOf: [{ const: 'a' }, { type: 'null' }] } },
      details: { type: 'object', patternProperties: { '^x': { type: 'string' } } },
      none: { type: 'object', properties: {} },
    },
  };
  expect(typeText(schema)).toBe(
    [
      '{',
      '  id: string; // 1 to 128 characters; chosen by the sender',
      '  at?: number;',
      '  kinds?: ("a" | null)[]; // at most 5 entries',
      '  details?: Record<string, string>;',
      '  none?: {};',
      '}',
    ].join('\n'),
  );
});
