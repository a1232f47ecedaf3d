import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { grafanaAssets } from './build/grafana-assets.ts';

export default defineConfig({
  plugins: [grafanaAssets()],
  resolve: {
    alias: [
      {
        find: /^(@monaco-editor\/react|monaco-editor)$/,
        replacement: fileURLToPath(new URL('./src/absent/monaco.ts', import.meta.url)),
      },
      // Rules of time zones since 1900 are 730 kB; an incident is at most some years old.
      { find: /^moment-timezone$/, replacement: 'moment-timezone/builds/moment-timezone-with-data-10-year-range.js' },
    ],
  },
  build: {
    target: 'es2022',
    // Maps would triple what is shipped, and nothing here sends stack traces anywhere.
    sourcemap: false,
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
    rollupOptions: {
      onwarn(warning, warn) {
        // `'use client'` in libraries is meant for servers that render; there is none here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') {
          warn(warning);
        }
      },
    },
  },
});
