import { kinds, type Settings } from '@faultline/program';

/** Whose state is looked at (B10, B19), and who is asked for it. */
export const serviceSettings = {
  serviceNames: {
    flag: 'services.name',
    kind: kinds.text({
      // What systemd takes as the name of a unit.
      pattern: /^[A-Za-z0-9:_.@\\-]{1,128}$/,
      allowed: 'the name of a systemd unit without ".service", or of a program',
    }),
    description:
      'A service that has to run. Absent: libvirt’s daemons, Open vSwitch, storage clients and our own, as far as they are installed.',
    atMost: 64,
  },
  serviceManager: {
    flag: 'services.manager',
    kind: kinds.oneOf(['auto', 'systemd', 'process']),
    description: 'Who knows the services: systemd over D-Bus, or the list of processes. auto: systemd where it runs.',
    default: 'auto',
  },
  busAddress: {
    flag: 'services.bus-address',
    kind: kinds.text({
      pattern: /^unix:(path|abstract)=[^;,]+$/,
      allowed: 'a D-Bus address, such as unix:path=/run/dbus/system_bus_socket',
    }),
    description: 'The bus on which systemd is asked. Absent: the system bus under the root folder.',
  },
} as const satisfies Settings;
