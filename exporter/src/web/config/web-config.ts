import { dirname, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { BadSettingError, readEntries, readYamlFile, type ValuesOf, type YamlEntry } from '@faultline/program';
import { isBcryptHash } from '../auth/bcrypt-hash.ts';
import { messageOf } from '../../cycle/link.ts';
import { WEB_SETTINGS } from './settings.ts';
import { opensslCiphers, opensslCurves, secureVersion, type ClientAuthType } from './tls-names.ts';

const USERS = 'basic_auth_users';
const MAX_USERS = 1000;

type Written = ValuesOf<{ settings: typeof WEB_SETTINGS }>;

export interface TlsConfig {
  options: TlsOptions;
  clientAuthType: ClientAuthType;
  clientAllowedSans: readonly string[];
  isHttp2: boolean;
}

/** How the exporter may be reached. */
export interface WebConfig {
  /** Null: plain HTTP. */
  tls: TlsConfig | null;
  headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user; null when nobody has to say who they are. */
  users: ReadonlyMap<string, string> | null;
  /** Every file it was read from. */
  files: readonly string[];
}

/** Without a file: plain HTTP, open to whoever reaches the address. */
export const OPEN_WEB: WebConfig = { tls: null, headers: {}, users: null, files: [] };

/**
 * Reads a web configuration file in the format of Prometheus' exporter-toolkit, and the certificates that it names.
 *
 * @throws BadSettingError with the line that cannot be used
 */
export function readWebConfig(key: string, path: string): WebConfig {
  const entries = readYamlFile(key, path);
  const isUser = ({ path: [section] }: YamlEntry): boolean => section === USERS;
  const written = readEntries(
    WEB_SETTINGS,
    entries.filter((entry) => !isUser(entry)),
  );
  const hasTls = entries.some(({ path: [section] }) => section === 'tls_server_config');
  const files = tlsFilesOf(path, written);
  return {
    tls: hasTls ? tlsOf(path, written, files) : null,
    headers: headersOf(written),
    users: usersOf(entries.filter(isUser)),
    files: [path, ...Object.values<string>({ ...files })],
  };
}

function usersOf(entries: readonly YamlEntry[]): ReadonlyMap<string, string> | null {
  if (entries.length === 0) return null;
  const users = new Map<string, string>();
  for (const { path, texts, place } of entries) {
    const [, name] = path;
    const key = `${place}: ${path.join('.')}`;
    if (path.length !== 2 || name === undefined || name === '') {
      throw new BadSettingError(key, 'is no user; allowed: basic_auth_users: {NAME: HASH}');
    }
    if (name.includes(':')) throw new BadSettingError(key, 'a user name cannot have a colon in basic authentication');
    const [hash = ''] = texts;
    // What stands there may be a password: it is not repeated.
    if (texts.length !== 1 || !isBcryptHash(hash)) {
      throw new BadSettingError(key, 'is no bcrypt hash; allowed: $2a$, $2b$ or $2y$ with a cost from 4 to 16');
    }
    users.set(name, hash);
  }
  if (users.size > MAX_USERS) throw new BadSettingError(USERS, `${users.size} users; allowed: at most ${MAX_USERS}`);
  return users;
}

function headersOf(written: Written): Record<string, string> {
  const headers = {
    'content-security-policy': written.contentSecurityPolicy,
    'x-frame-options': written.frameOptions,
    'x-content-type-options': written.contentTypeOptions,
    'x-xss-protection': written.xssProtection,
    'strict-transport-security': written.strictTransportSecurity,
  };
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, text]) =>
      // A long policy may be written in several lines.
      text === undefined ? [] : [[name, text.trim().replace(/\s*[\r\n]+\s*/g, ' ')]],
    ),
  );
}

interface TlsFiles {
  certFile?: string;
  keyFile?: string;
  clientCaFile?: string;
}

/** Paths are meant from the folder of the configuration. */
function tlsFilesOf(path: string, { certFile, keyFile, clientCaFile }: Written): TlsFiles {
  const at = (file: string): string => resolve(dirname(path), file);
  return {
    ...(certFile !== undefined && { certFile: at(certFile) }),
    ...(keyFile !== undefined && { keyFile: at(keyFile) }),
    ...(clientCaFile !== undefined && { clientCaFile: at(clientCaFile) }),
  };
}

function tlsOf(path: string, written: Written, files: TlsFiles): TlsConfig {
  const refuse = (name: string, why: string): BadSettingError =>
    new BadSettingError(`${path}: tls_server_config${name === '' ? '' : `.${name}`}`, why);
  const one = (name: string, text: string | undefined, file: string | undefined): string | undefined => {
    if (text !== undefined && file !== undefined) throw refuse(name, `cannot be given together with ${name}_file`);
    if (file === undefined) return text;
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw refuse(`${name}_file`, `${JSON.stringify(file)} cannot be read: ${messageOf(error)}`);
    }
  };
  const { clientAuthType, clientAllowedSans, minVersion, maxVersion } = written;
  const cert = one('cert', written.cert, files.certFile);
  const key = one('key', written.key, files.keyFile);
  const ca = one('client_ca', written.clientCa, files.clientCaFile);
  if (cert === undefined) throw refuse('cert_file', 'is missing');
  if (key === undefined) throw refuse('key_file', 'is missing');
  const verifies = clientAuthType === 'VerifyClientCertIfGiven' || clientAuthType === 'RequireAndVerifyClientCert';
  if (verifies && ca === undefined) throw refuse('client_auth_type', `${clientAuthType} needs client_ca_file`);
  if (ca !== undefined && clientAuthType === 'NoClientCert') {
    throw refuse('client_ca_file', 'is given without a client_auth_type');
  }
  if (clientAllowedSans.length > 0 && clientAuthType !== 'RequireAndVerifyClientCert') {
    throw refuse('client_allowed_sans', 'needs client_auth_type RequireAndVerifyClientCert');
  }
  if (minVersion > maxVersion) throw refuse('min_version', `${minVersion} is above max_version ${maxVersion}`);
  const ciphers = opensslCiphers(written.cipherSuites, minVersion < 'TLS12');
  const ecdhCurve = opensslCurves(written.curvePreferences);
  const options: TlsOptions = {
    cert,
    key,
    ...(ca !== undefined && { ca }),
    minVersion: secureVersion(minVersion),
    maxVersion: secureVersion(maxVersion),
    honorCipherOrder: written.preferServerCipherSuites,
    ...(ciphers !== undefined && { ciphers }),
    ...(ecdhCurve !== undefined && { ecdhCurve }),
    requestCert: clientAuthType !== 'NoClientCert',
    // Whether a certificate must be there, and be a good one, is judged after the handshake.
    rejectUnauthorized: false,
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw refuse('', `cannot be used: ${messageOf(error)}`);
  }
  return { options, clientAuthType, clientAllowedSans, isHttp2: written.http2 };
}
