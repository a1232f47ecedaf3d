import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { settingsReference } from '@faultline/program';
import { format } from 'prettier';
import { PROGRAM } from './config.ts';

const PAGE = join(import.meta.dirname, '../../docs/configuration/exporter.md');

const text = `# Settings of the exporter

Made from the code by \`npm run docs:configuration\`; a test holds it against the settings. [How settings are given](../configuration.md).

${settingsReference(PROGRAM)}
`;

it('the settings are written down in docs/configuration/exporter.md', async () => {
  const page = await format(text, { parser: 'markdown', printWidth: 120 });
  if (process.env['FAULTLINE_UPDATE_GOLDENS'] === '1') await writeFile(PAGE, page);
  expect(await readFile(PAGE, 'utf8')).toBe(page);
});
