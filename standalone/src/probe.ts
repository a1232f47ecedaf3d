import { connect, LibvirtError, type Connection } from '@faultline/libvirt';

/** What answered behind a libvirt URI. */
export interface LibvirtFound {
  host: string;
  version: string;
  domains: number;
  running: number;
  /** Running domains whose guest agent's channel is connected (which is not yet an agent that answers). */
  agents: number;
  /** Null where this user may open the read-write socket, so that operations can be performed; else why not. */
  controlRefused: string | null;
}

/** Nobody answered, and why. */
export interface LibvirtAbsent {
  cause: string;
}

const PROBE_TIMEOUT_MS = 3000;

async function agentConnected(
  connection: Connection,
  domain: Parameters<Connection['domainXml']>[0],
): Promise<boolean> {
  const xml = await connection.domainXml(domain);
  return /<target\b[^>]*\bname='org\.qemu\.guest_agent\.0'[^>]*\bstate='connected'/.test(xml);
}

async function look(connection: Connection, controlRefused: string | null): Promise<LibvirtFound> {
  const [host, version, domains] = await Promise.all([
    connection.hostname(),
    connection.libVersion(),
    connection.listAllDomains(),
  ]);
  const active = domains.filter(({ id }) => id >= 0);
  const agents = await Promise.all(active.map((domain) => agentConnected(connection, domain)));
  return {
    host,
    version,
    domains: domains.length,
    running: active.length,
    agents: agents.filter(Boolean).length,
    controlRefused,
  };
}

async function open(uri: string, readOnly: boolean): Promise<Connection | LibvirtError> {
  try {
    return await connect({ uri, readOnly, connectTimeoutMs: PROBE_TIMEOUT_MS, callTimeoutMs: PROBE_TIMEOUT_MS });
  } catch (error) {
    if (error instanceof LibvirtError) return error;
    throw error;
  }
}

/** Asks the libvirt behind `uri` what it is, first read-write and then, where that is refused, read-only. */
export async function probeLibvirt(uri: string): Promise<LibvirtFound | LibvirtAbsent> {
  const readWrite = await open(uri, false);
  const connection = readWrite instanceof LibvirtError ? await open(uri, true) : readWrite;
  if (connection instanceof LibvirtError)
    return { cause: (readWrite instanceof LibvirtError ? readWrite : connection).message };
  try {
    return await look(connection, readWrite instanceof LibvirtError ? readWrite.message : null);
  } catch (error) {
    if (error instanceof LibvirtError) return { cause: error.message };
    throw error;
  } finally {
    await connection.close();
  }
}
