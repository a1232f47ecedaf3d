import { parseArgs } from 'node:util';
import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** What `npm start` was told. Flags win over the environment. */
export interface StandaloneConfig {
  /** Where people open the product. */
  listen: { host: string; port: number };
  /** Folder of the records; made when it is not there. */
  dataDir: string;
  /** libvirt connection URI as virsh takes it. */
  libvirtUri: string;
  /** The incident that is shown where no libvirt answers. */
  recordingDir: string;
}

/** Thrown when a setting is not usable; the message is the one line that the operator reads. */
export class BadSettingError extends Error {
  override readonly name = 'BadSettingError';
}

export const USAGE = `Usage: npm start -- [options]

  --listen HOST:PORT   where the product opens           FAULTLINE_LISTEN       127.0.0.1:3000
  --data-dir DIR       where records are kept            FAULTLINE_DATA_DIR     data
  --libvirt-uri URI    the libvirt to watch              FAULTLINE_LIBVIRT_URI, else LIBVIRT_DEFAULT_URI,
                                                                                else qemu:///system
  --recording DIR      what plays where none answers     FAULTLINE_RECORDING    scenarios/guest-panic
  --help               this text
`;

function address(key: string, value: string): { host: string; port: number } {
  const [, host, port] = /^(?:\[?([^\]]+?)\]?:)?(\d{1,5})$/.exec(value) ?? [];
  const parsed = { host: host ?? '127.0.0.1', port: Number(port) };
  if (
    port === undefined ||
    parsed.port < 1 ||
    parsed.port > 65_535 ||
    !(isIP(parsed.host) || /^[\w.-]+$/.test(parsed.host))
  ) {
    throw new BadSettingError(
      `${key}: '${value}' is not an address; allowed: HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:3000`,
    );
  }
  return parsed;
}

function uri(key: string, value: string): string {
  if (!/^[a-z]+(\+[a-z]+)?:\/\//.test(value)) {
    throw new BadSettingError(
      `${key}: '${value}' is not a libvirt URI; allowed: qemu:///system, qemu+unix:///system?socket=PATH`,
    );
  }
  return value;
}

const FLAGS = {
  listen: { type: 'string' },
  'data-dir': { type: 'string' },
  'libvirt-uri': { type: 'string' },
  recording: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function flagsOf(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS }).values;
  } catch (error) {
    throw new BadSettingError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads flags and environment.
 *
 * @returns the settings, or `'help'` when the usage text was asked for
 * @throws BadSettingError naming the key, its value and what is allowed
 */
export function readConfig(args: string[], env: NodeJS.ProcessEnv, root: string): StandaloneConfig | 'help' {
  const flags = flagsOf(args);
  if (flags.help === true) return 'help';
  const setting = (
    flag: 'listen' | 'data-dir' | 'libvirt-uri' | 'recording',
    names: string[],
    fallback: string,
  ): [string, string] => {
    const given = flags[flag];
    if (given !== undefined) return [`--${flag}`, given];
    const name = names.find((key) => env[key] !== undefined && env[key] !== '');
    return name === undefined ? [`--${flag}`, fallback] : [name, env[name] ?? fallback];
  };
  return {
    listen: address(...setting('listen', ['FAULTLINE_LISTEN'], '127.0.0.1:3000')),
    dataDir: resolve(root, setting('data-dir', ['FAULTLINE_DATA_DIR'], 'data')[1]),
    libvirtUri: uri(...setting('libvirt-uri', ['FAULTLINE_LIBVIRT_URI', 'LIBVIRT_DEFAULT_URI'], 'qemu:///system')),
    recordingDir: resolve(root, setting('recording', ['FAULTLINE_RECORDING'], 'scenarios/guest-panic')[1]),
  };
}

/** The settings of this process. */
export function configOfProcess(root: string): StandaloneConfig | 'help' {
  return readConfig(process.argv.slice(2), process.env, root);
}
