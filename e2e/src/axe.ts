import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What of Grafana's own controls axe finds, which is not ours to mend. */
const NOT_OURS = [
  '[data-testid^="data-testid RefreshPicker"]',
  // The arrow of Grafana 11's MultiCombobox.
  '[id^="downshift-"][id$="-toggle-button"]',
];

/** What axe finds on a page that keeps people out. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>(
    `axe.run({ exclude: ${JSON.stringify(NOT_OURS)} }, { resultTypes: ['violations'] })`,
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
