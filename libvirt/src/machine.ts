import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where libvirt keeps its sockets and certificates on this machine, and who asks. */
export interface Machine {
  isRoot: boolean;
  /** Sockets of the system's daemons. */
  systemSockets: string;
  /** Sockets of the user's own daemons (virGetUserRuntimeDirectory). */
  userSockets: string;
  /** The system's certificates: `CA/cacert.pem`, `libvirt/clientcert.pem`, ... */
  systemPki: string;
  /** The user's certificates, all in one folder. */
  userPki: string;
}

export function thisMachine(): Machine {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return {
    isRoot: process.geteuid?.() === 0,
    systemSockets: '/var/run/libvirt',
    userSockets: join(runtime === undefined || runtime === '' ? join(homedir(), '.cache') : runtime, 'libvirt'),
    systemPki: '/etc/pki',
    userPki: join(homedir(), '.pki', 'libvirt'),
  };
}
