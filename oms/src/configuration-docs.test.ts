import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { settingsReference } from '@faultline/program';
import { format } from 'prettier';
import { PROGRAM } from './config.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/configuration/oms.md');

const text = `# Settings of the OMS

Made from the code by \`npm run docs:configuration\`; a test holds it against the settings. [How settings are given](../configuration.md).

${settingsReference(PROGRAM).replaceAll(ROOT, "the program's folder")}

## The database

\`DATABASE_URL\`, in the environment alone: a PostgreSQL database, such as
\`postgresql://faultline@db.example.org/faultline?sslmode=verify-full\`. Absent: a SQLite file in the data folder.
`;

it('the settings are written down in docs/configuration/oms.md', async () => {
  const page = await format(text, { parser: 'markdown', printWidth: 120 });
  if (process.env['FAULTLINE_UPDATE_GOLDENS'] === '1') await writeFile(PAGE, page);
  expect(await readFile(PAGE, 'utf8')).toBe(page);
});
