import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** Where the last run's pictures are left for a person to look at. */
const PICTURES = fileOf('test-results');
/** The pictures of docs/, made anew: FAULTLINE_UPDATE_PICTURES=1 */
const DOCUMENTED = process.env['FAULTLINE_UPDATE_PICTURES'] === '1' ? fileOf('docs/images') : PICTURES;

/** Keeps a picture of what is seen, for whoever looks at the last run. */
export const picture = (seen: Page | Locator, name: string): Promise<void> => keep(seen, join(PICTURES, name));

/** Keeps one for the documentation, which shows it under this name. */
export const documented = (seen: Page | Locator, name: string): Promise<void> => keep(seen, join(DOCUMENTED, name));

async function keep(seen: Page | Locator, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await seen.screenshot({ path });
}
