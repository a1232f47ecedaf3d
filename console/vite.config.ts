import { defineConfig } from 'vite';
import { grafanaAssets } from './build/grafana-assets.ts';
import { replaced } from './build/replaced.ts';
import { runbooks } from './build/runbooks.ts';

export default defineConfig({
  plugins: [grafanaAssets(), runbooks()],
  resolve: { alias: replaced },
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
