import {
  asksForHelp,
  BadSettingError,
  isLoopback,
  kinds,
  readSettings,
  usageOf,
  type Program,
  type ValuesOf,
} from '@faultline/program';

/** Every setting of `npm start`. Folders that are written relative are meant from `root`, the repository. */
export const program = (root: string) =>
  ({
    about: 'npm start: finds libvirt, and shows what happens there on http://127.0.0.1:3000',
    envPrefix: 'FAULTLINE_',
    // The exporter and the OMS that it starts read their own variables from the same environment.
    sharesEnvPrefix: true,
    settings: {
      listen: {
        flag: 'listen',
        kind: kinds.address({ leastPort: 1, example: '127.0.0.1:3000', hostOfBarePort: '127.0.0.1' }),
        description: 'Where people open the product.',
        default: '127.0.0.1:3000',
      },
      insecure: {
        flag: 'insecure',
        kind: kinds.toggle,
        description: 'Let other machines look on, without TLS and without tokens. They cannot act.',
        default: 'false',
      },
      dataDir: {
        flag: 'data-dir',
        kind: kinds.folder({ base: root }),
        description: 'Folder of the records; made when it is not there.',
        default: 'data',
      },
      libvirtUri: {
        flag: 'libvirt-uri',
        kind: kinds.libvirtUri,
        description: 'The libvirt to watch. A socket elsewhere: qemu+unix:///system?socket=/path/libvirt-sock.',
        default: 'qemu:///system',
        otherEnv: 'LIBVIRT_DEFAULT_URI',
      },
      recordingDir: {
        flag: 'recording',
        kind: kinds.folder({ base: root }),
        description: 'The recorded incident that plays where no libvirt answers.',
        default: 'scenarios/guest-panic',
      },
    },
  }) as const satisfies Program;

export type StandaloneConfig = ValuesOf<ReturnType<typeof program>>;

export const USAGE = usageOf(program('.'));

/**
 * Settings from flags and environment, checked.
 *
 * @throws BadSettingError with one line that names the key, the value and what is allowed
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv, root: string): StandaloneConfig {
  const config = readSettings(program(root), args, env);
  if (!config.insecure && !isLoopback(config.listen.host)) {
    throw new BadSettingError(
      '--listen',
      `${config.listen.host} is for other machines too: it needs --insecure, or else an OMS of your own with TLS and tokens`,
    );
  }
  return config;
}

/** The settings of this process. */
export function configOfProcess(root: string): StandaloneConfig | 'help' {
  const args = process.argv.slice(2);
  return asksForHelp(args) ? 'help' : readConfig(args, process.env, root);
}
