import { connect } from 'node:net';
import { endianness } from 'node:os';
import { messageOf } from '../../cycle/link.ts';
import { MultipathdError } from '../errors.ts';

/** libmpathcmd: a packet is its length, as long as a size_t, and a text that ends with a zero byte. */
const LENGTH_BYTES = 8;
const MAX_REPLY_BYTES = 8 * 1024 * 1024;
const COMMAND = 'show maps json';

/** What multipathd says of the paths of a map. */
export interface DaemonPath {
  device: string;
  /** `active` or `failed`: what the kernel does with the path. */
  dm: string;
  /** The checker's word: `ready`, `ghost` (a standby that answers), `faulty`, `shaky` ... */
  check: string;
}

/**
 * The paths of every map, by the map's WWID, as multipathd has them.
 *
 * @param sockets where it may listen; the first that takes a connection is asked
 * @throws MultipathdError
 */
export async function askMultipathd(
  sockets: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, DaemonPath[]>> {
  let failure = new MultipathdError('multipathd-unreachable', 'no socket');
  for (const path of sockets) {
    try {
      return parseMaps(await exchange(path, signal));
    } catch (error) {
      if (!(error instanceof MultipathdError) || error.code !== 'multipathd-unreachable') throw error;
      failure = error;
    }
  }
  throw failure;
}

function exchange(path: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    const received: Buffer[] = [];
    let bytes = 0;
    let isConnected = false;
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      settle();
    };
    const fail = (code: MultipathdError['code'], detail: string): void => {
      end(() => {
        reject(new MultipathdError(code, detail));
      });
    };
    const onAbort = (): void => {
      fail('multipathd-timeout', path);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      isConnected = true;
      const command = Buffer.from(`${COMMAND}\0`);
      socket.write(Buffer.concat([lengthOf(command.length), command]));
    });
    socket.on('data', (chunk) => {
      received.push(chunk);
      bytes += chunk.length;
      if (bytes < LENGTH_BYTES) return;
      const reply = Buffer.concat(received);
      const length = readLength(reply);
      if (length === 0n || length > MAX_REPLY_BYTES) fail('multipathd-unintelligible', `a reply of ${length} bytes`);
      else if (reply.length >= LENGTH_BYTES + Number(length)) {
        end(() => {
          resolve(reply.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + Number(length)).replace(/\0[^]*$/, ''));
        });
      }
    });
    socket.once('error', (error) => {
      fail(isConnected ? 'multipathd-unintelligible' : 'multipathd-unreachable', messageOf(error));
    });
    socket.once('close', () => {
      fail('multipathd-unintelligible', 'it ended in the middle of a reply');
    });
    if (signal.aborted) onAbort();
  });
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  if (endianness() === 'LE') length.writeBigUInt64LE(BigInt(bytes));
  else length.writeBigUInt64BE(BigInt(bytes));
  return length;
}

function readLength(packet: Buffer): bigint {
  return endianness() === 'LE' ? packet.readBigUInt64LE() : packet.readBigUInt64BE();
}

/** The parts of the document that are read; of what else it has, nothing is assumed. */
interface MapsJson {
  maps?: { uuid?: unknown; path_groups?: { paths?: { dev?: unknown; dm_st?: unknown; chk_st?: unknown }[] }[] }[];
}

/**
 * The paths by map in the answer to `show maps json`.
 *
 * @throws MultipathdError
 */
function parseMaps(text: string): Map<string, DaemonPath[]> {
  try {
    const { maps = [] } = JSON.parse(text) as MapsJson;
    return new Map(
      maps.map(({ uuid, path_groups: groups = [] }) => [
        String(uuid),
        groups.flatMap(({ paths = [] }) =>
          paths.map(({ dev, dm_st: dm, chk_st: check }) => ({
            device: String(dev),
            dm: String(dm),
            check: String(check),
          })),
        ),
      ]),
    );
  } catch (error) {
    throw new MultipathdError('multipathd-unintelligible', messageOf(error));
  }
}
