import { isIPv6 } from 'node:net';
import { UriError } from './errors.ts';

/** A libvirt connection URI, read but not yet acted on. */
export interface LibvirtUri {
  /** `qemu`, `test`, ...; `remote` lets the daemon choose. */
  driver: string;
  /** As written, in lower case; without one: `tls` when there is a host, `unix` otherwise. */
  transport: string;
  /** Without the brackets of an IPv6 address. Null: this machine. */
  host: string | null;
  /** Null: the transport's own. */
  port: number | null;
  /** `/system`, `/session`, ... */
  path: string;
  /** By name in lower case, the first of a name. */
  parameters: ReadonlyMap<string, string>;
  /** The parameters that are the driver's and not the client's, as written (virURIFormatParams). */
  driverQuery: string;
}

/** What libvirt's client keeps for itself, whatever the transport (doRemoteOpen, remote_driver.c); the rest is the driver's. */
const clientParameters: ReadonlySet<string> = new Set([
  ...['name', 'command', 'socket', 'auth', 'authfile', 'sshauth', 'netcat', 'keyfile', 'pkipath', 'known_hosts'],
  ...['known_hosts_verify', 'tls_priority', 'mode', 'proxy', 'no_sanity', 'no_verify', 'no_tty'],
]);

const shape = /^([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\/([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/i;
const authorityShape = /^(?:[^@]*@)?(?:\[([^\]]+)\]|([\w.-]*))(?::(\d*))?$/;

/**
 * Reads `driver[+transport]://[user@][host][:port]/path[?parameter=value&...]`. Throws UriError; whether the transport
 * can be had is not asked here.
 */
export function parseUri(text: string): LibvirtUri {
  const [, driver, transport, authority = '', path = '/', query = ''] = shape.exec(text) ?? [];
  if (driver === undefined) {
    throw new UriError(`'${withoutUser(text)}' is not a libvirt URI such as qemu:///system or qemu+tls://host/system`);
  }
  const { host, port } = parseAuthority(authority);
  const implied = host === null ? 'unix' : 'tls';
  return {
    driver: driver.toLowerCase(),
    transport: transport?.toLowerCase() ?? implied,
    host,
    port,
    path,
    ...parseParameters(query),
  };
}

function parseAuthority(authority: string): Pick<LibvirtUri, 'host' | 'port'> {
  const [matched, bracketed, name, digits] = authorityShape.exec(authority) ?? [];
  if (matched === undefined) throw new UriError(`'${withoutUser(authority)}' is not a host, or a host and its port`);
  // RFC 6874: the % before a zone is written %25.
  const address = bracketed?.replace('%25', '%');
  if (address !== undefined && !isIPv6(address)) throw new UriError(`'${address}' is not an IPv6 address`);
  const port = digits === undefined || digits === '' ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) throw new UriError(`port ${port} is not from 1 to 65535`);
  const host = address ?? name ?? '';
  if (host === '' && port !== null) throw new UriError(`port ${port} has no host`);
  return { host: host === '' ? null : host, port };
}

/** Like virURIParseParams: `&` or `;` between them, and a plus is a plus. */
function parseParameters(query: string): Pick<LibvirtUri, 'parameters' | 'driverQuery'> {
  const parameters = new Map<string, string>();
  const drivers: string[] = [];
  for (const item of query.split(/[&;]/)) {
    const [encodedName = '', ...rest] = item.split('=');
    const [name, value] = [decode(encodedName), decode(rest.join('='))];
    const key = name.toLowerCase();
    if (key === '') continue;
    if (!parameters.has(key)) parameters.set(key, value);
    if (!clientParameters.has(key)) drivers.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  }
  return { parameters, driverQuery: drivers.join('&') };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UriError(`'${text}' has a % that stands for nothing`);
  }
}

/** What CONNECT_OPEN gets: what libvirt's own client would send, without transport, host and the client's parameters. */
export function openName({ driver, path, parameters, driverQuery }: LibvirtUri): string {
  const name = parameters.get('name');
  if (name !== undefined) return name;
  if (driver === 'remote') return '';
  return `${driver}://${path}${driverQuery && `?${driverQuery}`}`;
}

/** For messages, which never carry credentials. */
export function withoutUser(uri: string): string {
  return uri.replace(/(^|\/\/)[^/@?#]*@/, '$1');
}
