import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const RUNBOOKS = path.resolve(import.meta.dirname, '../../docs/runbooks');

/** Puts the runbooks at `/runbooks/`, where the `runbook_url` of our alerts looks for them: what to do is there where the OMS is. */
export function runbooks(): Plugin {
  return {
    name: 'faultline:runbooks',
    generateBundle() {
      for (const name of readdirSync(RUNBOOKS)) {
        this.emitFile({ type: 'asset', fileName: `runbooks/${name}`, source: readFileSync(path.join(RUNBOOKS, name)) });
      }
    },
  };
}
