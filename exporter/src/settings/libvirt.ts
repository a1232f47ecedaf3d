import { kinds, type Settings } from '@faultline/program';

/** Which libvirtd is observed, and how long it may take. */
export const libvirtSettings = {
  libvirtUri: {
    flag: 'libvirt.uri',
    kind: kinds.libvirtUri,
    description: 'The libvirtd to observe. Opened read-only.',
    default: 'qemu:///system',
  },
  libvirtAgentUri: {
    flag: 'libvirt.agent-uri',
    kind: kinds.libvirtUri,
    description:
      'The same libvirtd, read-write, by which the guests’ agents are asked. Absent: no guest is asked anything.',
  },
  callTimeoutMs: {
    flag: 'libvirt.call-timeout',
    kind: kinds.duration({ from: '100ms', to: '1m', example: '5s' }),
    description: 'Deadline of every call of the state lane; when one is missed, the connection counts as lost.',
    default: '5s',
  },
  hostName: {
    flag: 'host.name',
    kind: kinds.text({ pattern: /^.{1,255}$/, allowed: 'a name of 1 to 255 characters' }),
    description: 'Name of this host in metrics and reports. Absent: what libvirtd calls it.',
  },
} as const satisfies Settings;
