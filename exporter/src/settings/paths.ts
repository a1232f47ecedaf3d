import { kinds, type Settings } from '@faultline/program';

/** Where the host's own file systems are: elsewhere in a container, and in tests. */
export const pathSettings = {
  procfsPath: {
    flag: 'path.procfs',
    kind: kinds.folder(),
    description: 'Where procfs is mounted.',
    default: '/proc',
  },
  sysfsPath: {
    flag: 'path.sysfs',
    kind: kinds.folder(),
    description: 'Where sysfs is mounted.',
    default: '/sys',
  },
  rootfsPath: {
    flag: 'path.rootfs',
    kind: kinds.folder(),
    description: 'The host’s root folder: PID files, sockets of daemons.',
    default: '/',
  },
} as const satisfies Settings;
