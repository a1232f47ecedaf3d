import { kinds, type Settings } from '@faultline/program';
import { isPingable } from '../guests/ping.ts';

const { duration, file, integer, toggle } = kinds;

/** Settings of what is asked of the guests' agents. All of it needs `libvirt.agent-uri`. */
export const guestAgentSettings = {
  guestIntervalMs: {
    flag: 'guest-agent.interval',
    kind: duration({ from: '1s', to: '1h', example: '60s' }),
    description: 'From one look into a VM to the next. The VMs are spread over it.',
    default: '60s',
  },
  guestTimeoutMs: {
    flag: 'guest-agent.timeout',
    kind: duration({ from: '1s', to: '10m', example: '30s' }),
    description: 'For all that is asked of one VM in one round.',
    default: '30s',
  },
  guestCallTimeoutMs: {
    flag: 'guest-agent.call-timeout',
    kind: duration({ from: '1s', to: '1m', example: '5s' }),
    description: 'For one answer of an agent, in whole seconds. A frozen agent takes up to 5 s more.',
    default: '5s',
  },
  guestParallel: {
    flag: 'guest-agent.parallel',
    kind: integer({ from: 2, to: 64 }),
    description:
      'VMs that are asked at once, each on a connection of its own; half of them at most are VMs that were silent.',
    default: '8',
  },
  guestExternalAddress: {
    flag: 'guest-agent.external-address',
    kind: {
      allowed: 'an IP address or a host name',
      read: (given: string) => (isPingable(given) ? given : undefined),
    },
    description:
      'What every VM pings, once in a round, to find whether it reaches the outside. Absent: the outside is not tried.',
  },
  guestNetworksFile: {
    flag: 'guest-agent.networks-file',
    kind: file,
    description: 'YAML: gateway and type of networks, for NICs whose domain XML does not record them.',
  },
  guestPingWaitMs: {
    flag: 'guest-agent.ping-wait',
    kind: duration({ from: '1s', to: '9s', example: '2s' }),
    description: 'How long a ping waits for its one answer.',
    default: '2s',
  },
  guestOsMaxAgeMs: {
    flag: 'guest-agent.os-max-age',
    kind: duration({ from: '0s', to: '168h', example: '24h' }),
    description:
      'For how long a guest’s system is remembered, at most until it is started anew. 0s: found out in every round.',
    default: '24h',
  },
  guestWriteProbe: {
    flag: 'guest-agent.write-probe',
    kind: toggle,
    description:
      'Makes a file, and removes it, in every file system of a Linux guest to find whether it can be written to.',
    default: 'false',
  },
  guestSuppressLimitMs: {
    flag: 'guest-agent.suppress-limit',
    kind: duration({ from: '0s', to: '24h', example: '5m' }),
    description:
      'For how long a pause, freeze, snapshot, migration, save, dump or backup explains that a guest is silent.',
    default: '5m',
  },
  guestAlarmRounds: {
    flag: 'alarm.guest.rounds',
    kind: integer({ from: 1, to: 100 }),
    description: 'How many rounds on end must find it before an alarm of a guest’s agent or network is raised.',
    default: '2',
  },
} as const satisfies Settings;
