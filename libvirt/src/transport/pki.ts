import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TlsError, UriError } from '../errors.ts';
import type { Machine } from '../machine.ts';
import { messageOf } from './socket.ts';
import type { TlsFiles } from './transport.ts';

/** Paths of the certificates to use. Those that `optional` names may be missing. */
export interface PkiPaths {
  ca: string;
  crl: string;
  cert: string;
  key: string;
  /** The caller's own word, which must be there. */
  required: ReadonlySet<keyof TlsFiles>;
}

/** PEM texts; null: there is no such file. */
export interface Credentials {
  ca: string | null;
  crl: string | null;
  cert: string | null;
  key: string | null;
}

/**
 * libvirt's own layout (virNetTLSConfig): with `pkipath`, all in that folder; else the user's folder for whoever is not
 * root, file by file (certificate and key together), and the system's for what is not there.
 */
export async function pkiPaths(
  pkipath: string | undefined,
  files: TlsFiles,
  { isRoot, userPki, systemPki }: Machine,
): Promise<PkiPaths> {
  if ((files.certFile === undefined) !== (files.keyFile === undefined)) {
    throw new TlsError('a client certificate needs its key: give certFile and keyFile, or none of them');
  }
  if (pkipath !== undefined && !pkipath.startsWith('/'))
    throw new UriError(`pkipath '${pkipath}' is not an absolute path`);
  const own = pkipath ?? (isRoot ? undefined : userPki);
  const inOwn = (name: string): string => join(own ?? '', name);
  const owns = async (...names: string[]): Promise<boolean> => {
    if (own === undefined || pkipath !== undefined) return own !== undefined;
    return (await Promise.all(names.map((name) => exists(inOwn(name))))).every(Boolean);
  };
  const ownsPair = await owns('clientcert.pem', 'clientkey.pem');
  return {
    ca: files.caFile ?? ((await owns('cacert.pem')) ? inOwn('cacert.pem') : join(systemPki, 'CA/cacert.pem')),
    crl: files.crlFile ?? ((await owns('cacrl.pem')) ? inOwn('cacrl.pem') : join(systemPki, 'CA/cacrl.pem')),
    cert: files.certFile ?? (ownsPair ? inOwn('clientcert.pem') : join(systemPki, 'libvirt/clientcert.pem')),
    key: files.keyFile ?? (ownsPair ? inOwn('clientkey.pem') : join(systemPki, 'libvirt/private/clientkey.pem')),
    required: new Set((Object.keys(files) as (keyof TlsFiles)[]).filter((name) => files[name] !== undefined)),
  };
}

/**
 * Reads them. As in libvirt a client may have no certificate (the daemon decides) and no list of revoked ones; the CA's
 * is needed to verify the daemon's. Throws TlsError with the path.
 */
export async function readCredentials(paths: PkiPaths, { verify }: { verify: boolean }): Promise<Credentials> {
  const { required } = paths;
  const cert = await readPem(paths.cert, !required.has('certFile'));
  return {
    ca: await readPem(paths.ca, !verify && !required.has('caFile')),
    crl: await readPem(paths.crl, !required.has('crlFile')),
    cert,
    key: cert === null ? null : await readPem(paths.key, false),
  };
}

async function readPem(path: string, mayBeMissing: boolean): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (mayBeMissing && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new TlsError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
