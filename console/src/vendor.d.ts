// SystemJS ships no types for its parts; both act on `window.System` and export nothing.
declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';

interface Window {
  /** Set by `/boot.js` before the bundle; read by `@grafana/runtime`. */
  grafanaBootData: { user: { theme: 'dark' | 'light' } };
}
