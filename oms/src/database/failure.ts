import pg from 'pg';

/**
 * Why the store takes nothing at the moment. Neither is a fault of the request: it may be sent again, and under the id that its sender
 * chose it is stored once, also where the connection was lost while its transaction was being committed.
 */
export type StoreFailure = 'store-unavailable' | 'store-full';

/** Thrown when PostgreSQL cannot be reached, has no connection left, ended the one that was used, or does not answer. */
export class StoreConnectionError extends Error {
  override readonly name = 'StoreConnectionError';
  readonly code = 'store-unavailable';
}

/** Of PostgreSQL (appendix A of its manual): what passes by itself. Its two first characters are a class of codes. */
const UNAVAILABLE: readonly string[] = [
  '08', // connection exceptions
  '53200', // out of memory
  '53300', // too many connections
  '55P03', // a lock was not to be had in time
  '57P01', // ended by an administrator
  '57P02', // ended because another process of the server crashed
  '57P03', // it is starting, or shutting down
  '57014', // the statement took too long
  '25P03', // the transaction did nothing for too long
  '25006', // it is a standby, which takes nothing
  '40', // transactions that were in each other's way: one of them is undone
  '58', // the system under it failed
];
const FULL = '53100';

/** What kind of failure of the store an error is; undefined: none, so that it is a mistake of ours or of the request. */
export function storeFailureOf(error: unknown): StoreFailure | undefined {
  if (error instanceof StoreConnectionError) return error.code;
  if (error instanceof pg.DatabaseError) return ofPostgres(error.code ?? '');
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  // By its code: the native module hands every copy of its wrapper the error class of the first one.
  return typeof code === 'string' && code.startsWith('SQLITE_') ? ofSqlite(code) : undefined;
}

function ofPostgres(code: string): StoreFailure | undefined {
  if (code === FULL) return 'store-full';
  return UNAVAILABLE.some((known) => code.startsWith(known)) ? 'store-unavailable' : undefined;
}

/** https://www.sqlite.org/rescode.html: what the file system or another process is the reason of. */
function ofSqlite(code: string): StoreFailure | undefined {
  if (code === 'SQLITE_FULL') return 'store-full';
  return /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|READONLY|NOMEM|PROTOCOL)/.test(code) ? 'store-unavailable' : undefined;
}
