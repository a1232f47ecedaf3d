// `npm run bundle -w exporter`: the exporter as one file that needs Node.js and nothing else, with its source map and the
// licences of what is in it. `--out FOLDER` puts them elsewhere.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const NAME = 'faultline-exporter';
const WORKSPACE = fileURLToPath(new URL('..', import.meta.url));
const ROOT = resolve(WORKSPACE, '..');

// The sources themselves: a bundle is never made of a stale build.
const OURS = Object.fromEntries(
  ['contracts', 'libvirt', 'program'].map((name) => [`@faultline/${name}`, join(ROOT, name, 'src/index.ts')]),
);

/** The worker that checks passwords is given bcryptjs as text; here the text is part of the file. */
const bcryptAsText = {
  name: 'bcrypt-as-text',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]bcrypt-source\.ts$/ }, async () => {
      const path = createRequire(import.meta.url).resolve('bcryptjs');
      const text = await readFile(path, 'utf8');
      return {
        contents: `export const bcryptSource = () => ${JSON.stringify(text)};`,
        loader: 'ts',
        watchFiles: [path],
      };
    });
  },
};

/** The folders of the packages that are in the bundle. */
function packagesOf(metafile) {
  const folders = Object.keys(metafile.inputs).flatMap((input) => {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(resolve(input)) ?? [];
    return folder === undefined ? [] : [folder];
  });
  const asText = dirname(dirname(createRequire(import.meta.url).resolve('bcryptjs')));
  return [...new Set([...folders, asText])].sort();
}

async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${version} (${license})`, ...texts.map((text) => text.trim())].join('\n\n');
}

/** Makes the bundle in the folder, and answers the path of its one file. */
async function bundle(folder) {
  const outfile = join(folder, `${NAME}.cjs`);
  const { metafile } = await build({
    entryPoints: [join(WORKSPACE, 'src/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    alias: OURS,
    plugins: [bcryptAsText],
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    absWorkingDir: ROOT,
    logLevel: 'warning',
  });
  process.chdir(ROOT);
  const licences = await Promise.all(packagesOf(metafile).map(licenceOf));
  const own = await Promise.all(['NOTICE', 'LICENSE'].map((file) => readFile(join(ROOT, file), 'utf8')));
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  await writeFile(
    join(folder, `${NAME}.LICENSES.txt`),
    [NAME, ...own, ...licences].map((text) => text.trim()).join(line) + '\n',
  );
  return outfile;
}

const { values } = parseArgs({ options: { out: { type: 'string', default: join(WORKSPACE, 'dist-bundle') } } });
const outfile = await bundle(resolve(values.out));
console.log(relative(process.cwd(), outfile));
