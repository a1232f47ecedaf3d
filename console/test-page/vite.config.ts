import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { grafanaAssets } from '../build/grafana-assets.ts';
import { replaced } from '../build/replaced.ts';

/** Which Grafana's packages the page is made of: those of the console, or those that `grafana-11/` holds. */
const isGrafana11 = process.env['FAULTLINE_GRAFANA'] === '11';
const folder = fileURLToPath(new URL('.', import.meta.url));
const packages11 = path.join(folder, 'grafana-11/node_modules');

/** What our own sources ask for by a package's name is that of Grafana 11 where there is one; what its packages ask for they find themselves. */
function grafana11(): Plugin {
  return {
    name: 'faultline:grafana-11',
    enforce: 'pre',
    resolveId(source, importer, options) {
      if (source === '@grafana/i18n') {
        return path.join(folder, 'absent/i18n.ts');
      }
      const isPackage = /^(@[a-z]|[a-z])/.test(source);
      if (!isPackage || importer === undefined || importer.startsWith(packages11)) {
        return null;
      }
      return this.resolve(source, path.join(packages11, '../package.json'), { ...options, skipSelf: true });
    },
    transform(code, id) {
      // It is imported for nothing, and the context needs what imports this file: bundled, one of the two is used before it is made.
      const circular = "import '../services/SidecarContext_EXPERIMENTAL.mjs';";
      return id.endsWith('@grafana/runtime/dist/esm/analytics/utils.mjs') ? code.replace(circular, '') : null;
    },
  };
}

if (isGrafana11 && !existsSync(packages11)) {
  throw new Error(`${packages11} is not there: node scripts/grafana-11.mjs installs it`);
}

/** The page on which browser tests and benchmarks show the built bundles with data of their own. */
export default defineConfig({
  root: folder,
  publicDir: path.join(folder, '../public'),
  plugins: isGrafana11 ? [grafana11(), grafanaAssets('img/icons')] : [grafanaAssets()],
  resolve: { alias: replaced },
  build: {
    target: 'es2022',
    outDir: path.join(folder, `../dist-test/${isGrafana11 ? 'grafana-11' : 'grafana-13'}`),
    emptyOutDir: true,
    sourcemap: false,
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
  },
});
