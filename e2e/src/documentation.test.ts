import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((path) => existsSync(join(ROOT, path)));

/** A page without what stands in fences and between backticks, where nothing is a link. */
const proseOf = (path: string): string =>
  readFileSync(join(ROOT, path), 'utf8')
    .replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '')
    .replaceAll(/`[^`\n]*`/g, 'code');

const linksIn = (path: string): string[] =>
  [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*_]/g, (mark) => (mark === '_' ? '_' : ''))
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsIn = (path: string): Set<string> =>
  new Set(
    readFileSync(join(ROOT, path), 'utf8')
      .replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '')
      .split('\n')
      .flatMap((line) => /^#{1,6} (.*)$/.exec(line)?.[1] ?? [])
      .map(anchorOf),
  );

function troubleOf(page: string, link: string): string | null {
  if (/^[a-z]+:/.test(link)) return null;
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? page : normalize(join(dirname(page), decodeURIComponent(target)));
  if (!existsSync(join(ROOT, path))) return `${page}: ${link} leads nowhere`;
  if (anchor === undefined || anchor === '' || statSync(join(ROOT, path)).isDirectory() || !path.endsWith('.md'))
    return null;
  return anchorsIn(path).has(anchor) ? null : `${page}: ${link} has no such heading`;
}

describe('the documentation', () => {
  it('has links that lead somewhere', () => {
    expect(pages.length).toBeGreaterThan(80);
    const links = pages.flatMap((page) => linksIn(page).map((link) => ({ page, link })));
    expect(links.length).toBeGreaterThan(150);
    expect(links.flatMap(({ page, link }) => troubleOf(page, link) ?? [])).toEqual([]);
  });

  it('names in its index every page under docs/, but those that are listed elsewhere', () => {
    const index = new Set(linksIn('docs/README.md').map((link) => normalize(join('docs', link.split('#')[0] ?? ''))));
    const missing = pages.filter(
      (path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md' && !index.has(path),
    );
    expect(missing).toEqual([]);
  });

  it('says of a test that runs its commands which one it is, and that one is there', () => {
    const named = pages.flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^<!-- run: (\S+) -->$/gm)].map(([, test = '']) => ({
        page,
        test,
      })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ test }) => !existsSync(join(ROOT, test)))).toEqual([]);
  });

  it('marks each command of the guides as run by a test, or as not run and why', () => {
    const unmarked = pages
      .filter((path) => /^(README|docs\/[^/]+)\.md$/.test(path))
      .flatMap((path) => {
        const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
        return lines.flatMap((line, index) => {
          if (!/^ *```sh$/.test(line)) return [];
          const before = lines.slice(0, index).findLast((text) => text.trim() !== '') ?? '';
          return /^ *<!-- (run: \S+|not run: \S.*) -->$/.test(before) ? [] : [`${path}:${index + 1}`];
        });
      });
    expect(unmarked).toEqual([]);
  });
});
