import { fileURLToPath } from 'node:url';
import type { Alias } from 'vite';

/** Packages that a page of ours does without. */
export const replaced: Alias[] = [
  {
    find: /^(@monaco-editor\/react|monaco-editor)$/,
    replacement: fileURLToPath(new URL('../src/absent/monaco.ts', import.meta.url)),
  },
  // Rules of time zones since 1900 are 730 kB; an incident is at most some years old.
  { find: /^moment-timezone$/, replacement: 'moment-timezone/builds/moment-timezone-with-data-10-year-range.js' },
];
