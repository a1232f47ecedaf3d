import './before-tests.ts';

/** Jest's global teardown. */
export default async function endPostgres(): Promise<void> {
  await globalThis.postgresOfTests?.remove();
}
