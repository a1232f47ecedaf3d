import { kinds, type Settings } from '@faultline/program';

/** What is attached outside the box (B9, B18). */
export const externalSettings = {
  mountTypes: {
    flag: 'external.mount-type',
    kind: kinds.text({
      pattern: /^[a-z0-9._-]{1,64}$/,
      allowed: 'a type of file system as in /proc/mounts, such as nfs4',
    }),
    description:
      'Mounted file systems of this type are asked whether they answer. Absent: NFS, CIFS, Ceph, GlusterFS and other network file systems.',
    atMost: 32,
  },
  mountTimeoutMs: {
    flag: 'external.mount-timeout',
    kind: kinds.duration({ from: '100ms', to: '5m', example: '10s' }),
    description: 'A mounted file system that has not answered after this is down.',
    default: '10s',
  },
  uplinks: {
    flag: 'external.uplink',
    kind: kinds.text({ pattern: /^[^\s/]{1,15}$/, allowed: 'the name of a network interface' }),
    description: 'A further uplink, beside the hardware ports that are found in bridges, bonds and Open vSwitch.',
    atMost: 32,
  },
} as const satisfies Settings;
