import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { createSecureContext, Server as TlsServer } from 'node:tls';
import type { Logger } from 'pino';
import type { OmsConfig } from './config.ts';
import { messageOf } from './errors.ts';

type TlsFiles = NonNullable<OmsConfig['tls']>;
interface Pair {
  cert: Buffer;
  key: Buffer;
}

/** From one look at the files to the next. */
const LOOK_EVERY_MS = 30_000;

/** Thrown when certificate and key cannot be read, or do not belong together; the message names the files and why. */
export class TlsUnusableError extends Error {
  override readonly name = 'TlsUnusableError';
  readonly code = 'tls-unusable';
}

/** @throws TlsUnusableError */
export function readTls({ cert, key }: TlsFiles): Pair {
  try {
    const pair = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw new TlsUnusableError(`${cert} with ${key}: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Serves with a renewed certificate from the next look on, without a restart. Files that cannot be used are told of once, and the
 * ones before them stay. @returns what ends the looking
 */
export function renewTls(server: Server, files: TlsFiles, log: Logger, everyMs = LOOK_EVERY_MS): () => void {
  if (!(server instanceof TlsServer)) throw new TypeError('a server without TLS has no certificate');
  let seen = stampOf(files);
  const look = (): void => {
    const stamp = stampOf(files);
    if (stamp === seen) return;
    seen = stamp;
    try {
      server.setSecureContext(readTls(files));
      log.info(files, 'the certificate was read again');
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the renewed certificate cannot be used');
    }
  };
  const timer = setInterval(look, everyMs).unref();
  return () => {
    clearInterval(timer);
  };
}

/** Which files they are, and when they were written; also where one of them is a link that now leads elsewhere. */
function stampOf(files: TlsFiles): string {
  return [files.cert, files.key]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'none' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    })
    .join(', ');
}
