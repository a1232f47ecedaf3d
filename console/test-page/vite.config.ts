import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Alias } from 'vite';
import { grafanaAssets } from '../build/grafana-assets.ts';
import { replaced } from '../build/replaced.ts';

/** Which Grafana's packages the page is made of: those of the console, or those that `grafana-11/` holds. */
const isGrafana11 = process.env['FAULTLINE_GRAFANA'] === '11';
const folder = fileURLToPath(new URL('.', import.meta.url));
const packages11 = path.join(folder, 'grafana-11/node_modules');

/** Every package that both hold is that of Grafana 11, also where another package of ours asks for it. */
const inGrafana11: Alias[] = [
  {
    find: /^(@grafana\/[a-z0-9-]+|@emotion\/[a-z-]+|react|react-dom|react-router|react-router-dom|rxjs|moment|lodash)(?=\/|$)/,
    replacement: `${packages11}/$1`,
  },
];

if (isGrafana11 && !existsSync(packages11)) {
  throw new Error(`${packages11} is not there: node scripts/grafana-11.mjs installs it`);
}

/** The page on which browser tests and benchmarks show the built bundles with data of their own. */
export default defineConfig({
  root: folder,
  publicDir: path.join(folder, '../public'),
  plugins: [grafanaAssets()],
  resolve: { alias: [...replaced, ...(isGrafana11 ? inGrafana11 : [])] },
  build: {
    target: 'es2022',
    outDir: path.join(folder, `../dist-test/${isGrafana11 ? 'grafana-11' : 'grafana-13'}`),
    emptyOutDir: true,
    sourcemap: false,
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
  },
});
