import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresPrograms, PostgresServer } from './server.ts';

declare global {
  /** The server of this run of the tests; `after-tests.ts` ends it. */
  var postgresOfTests: PostgresServer | undefined;
}

/**
 * Jest's global setup: one PostgreSQL server for all tests of a run, whose address they find in the environment. Where
 * PostgreSQL is not installed there is none, and the tests that need it say so.
 */
export default async function startPostgres(): Promise<void> {
  if (postgresPrograms() === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'faultline-pg-'));
  globalThis.postgresOfTests = await PostgresServer.start({ folder, durable: false });
  process.env['FAULTLINE_TEST_DATABASE_URL'] = globalThis.postgresOfTests.url();
}
