import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);
const folderOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`));

/** Drawn for icon names that Grafana's npm package names but holds no file of: a small ring, so that nothing looks broken. */
const FALLBACK_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0 2a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z"/></svg>';

/** `spinner` is among the missing, and the refresh button turns it. */
const SPINNER_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12 3a9 9 0 1 0 9 9h-2a7 7 0 1 1-7-7V3Z"/></svg>';

/** Missing icons that are another icon seen in a mirror, and the transform of their 24 x 24 square that makes it. */
const MIRRORED: Record<string, { of: string; transform: string }> = {
  'angle-double-left': { of: 'angle-double-right', transform: 'matrix(-1 0 0 1 24 0)' },
  'angle-double-up': { of: 'angle-double-down', transform: 'matrix(1 0 0 -1 0 24)' },
};

/** Names that `@grafana/ui` keeps in the folder `mono` whatever type is asked for (its `Icon/utils`). */
const ALWAYS_MONO = ['grafana', 'favorite', 'heart-break', 'heart', 'panel-add', 'library-panel', 'circle-mono'];

/** The font files that `@grafana/ui`'s global styles ask for, and where the same faces are in Fontsource's packages. */
const FONTS: Record<string, string> = {
  'inter/Inter-Regular.woff2': require.resolve('@fontsource/inter/files/inter-latin-400-normal.woff2'),
  'inter/Inter-Medium.woff2': require.resolve('@fontsource/inter/files/inter-latin-500-normal.woff2'),
  'inter/Inter-Italic.woff2': require.resolve('@fontsource/inter/files/inter-latin-400-italic.woff2'),
  'inter/Inter-MediumItalic.woff2': require.resolve('@fontsource/inter/files/inter-latin-500-italic.woff2'),
  'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2':
    require.resolve('@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2'),
};

/**
 * Puts the files that Grafana's packages fetch at run time where they look for them: icons at `/public/build/img/icons/`,
 * fonts at `/public/fonts/`. Nothing is fetched from elsewhere, and no icon name answers 404.
 *
 * @param icons where below `/public/` the icons are looked for; Grafana 11 has them at `img/icons`
 */
export function grafanaAssets(icons = 'build/img/icons'): Plugin {
  return {
    name: 'faultline:grafana-assets',
    async generateBundle() {
      for (const [fileName, source] of await assets(icons)) {
        this.emitFile({ type: 'asset', fileName: `public/${fileName}`, source: source() });
      }
    },
    async configureServer(server) {
      const served = await assets(icons);
      server.middlewares.use('/public', (request, response, next) => {
        const source = served.get((request.url ?? '').split('?')[0]?.slice(1) ?? '');
        if (source === undefined) {
          next();
          return;
        }
        response.setHeader('content-type', request.url?.endsWith('.svg') === true ? 'image/svg+xml' : 'font/woff2');
        response.end(source());
      });
    },
  };
}

/** Path below `/public/` to a reader of its content. */
async function assets(at: string): Promise<Map<string, () => Buffer | string>> {
  const found = new Map<string, () => Buffer | string>();
  const icons = path.join(folderOf('@grafana/ui'), 'dist/public/img/icons');
  for (const folder of readdirSync(icons)) {
    for (const file of readdirSync(path.join(icons, folder))) {
      found.set(`${at}/${folder}/${file}`, () => readFileSync(path.join(icons, folder, file)));
    }
  }
  for (const name of await iconNames()) {
    const folder = name.startsWith('gf-') ? 'custom' : ALWAYS_MONO.includes(name) ? 'mono' : 'unicons';
    const file = `${at}/${folder}/${name}.svg`;
    if (!found.has(file)) {
      found.set(file, () => missingIcon(name, icons));
    }
  }
  for (const [file, source] of Object.entries(FONTS)) {
    found.set(`fonts/${file}`, () => readFileSync(source));
  }
  return found;
}

function missingIcon(name: string, icons: string): string {
  const mirrored = MIRRORED[name];
  if (mirrored !== undefined) {
    const original = readFileSync(path.join(icons, 'unicons', `${mirrored.of}.svg`), 'utf8');
    return original.replace(/(<svg[^>]*>)(.*)(<\/svg>)/s, `$1<g transform="${mirrored.transform}">$2</g>$3`);
  }
  return name === 'spinner' ? SPINNER_ICON : FALLBACK_ICON;
}

async function iconNames(): Promise<string[]> {
  // The package's entry cannot be loaded by Node (it names exports of CommonJS packages), this one file can.
  const file = path.join(folderOf('@grafana/data'), 'dist/esm/types/icon.mjs');
  const { availableIconsIndex } = (await import(pathToFileURL(file).href)) as {
    availableIconsIndex: Record<string, true>;
  };
  return Object.keys(availableIconsIndex).filter((name) => /^[a-z0-9-]+$/.test(name));
}
