import { kinds, type Settings } from '@faultline/program';

/** Where the host's hardware is asked beside its own operating system: the disks themselves, and the BMC. */
export const hardwareSettings = {
  hardwareRememberMs: {
    flag: 'hardware.remember',
    kind: kinds.duration({ from: '1m', to: '720h', example: '24h' }),
    description: 'For how long a part that nobody delivers any more is shown as missing.',
    default: '24h',
  },
  smartIntervalMs: {
    flag: 'smart.interval',
    kind: kinds.duration({ from: '1m', to: '24h', example: '10m' }),
    description: 'From one reading of the disks’ SMART values to the next. Disks that sleep are left asleep.',
    default: '10m',
  },
  smartProgram: {
    flag: 'smart.program',
    kind: kinds.text({ pattern: /^(\/\S+|[a-z0-9._-]+)$/i, allowed: 'a program’s name or absolute path' }),
    description: 'smartctl, 7.0 or newer. Where it is not installed there are no SMART values.',
    default: 'smartctl',
  },
  bmcRedfishUrl: {
    flag: 'bmc.redfish-url',
    kind: kinds.text({
      pattern: /^https:\/\/[^\s/?#@]+\/?$/,
      allowed: 'an https URL of a host without credentials or path, such as https://bmc.example.org',
    }),
    description: 'The BMC of this host, by Redfish. Absent: no Redfish.',
  },
  bmcIpmiAddress: {
    flag: 'bmc.ipmi-address',
    kind: kinds.text({
      pattern: /^(local|[a-z0-9][a-z0-9.-]*(:\d{1,5})?)$/i,
      allowed: 'HOST, HOST:PORT or local',
    }),
    description: 'The BMC of this host, by IPMI: for those that have no Redfish. local: through the kernel’s driver.',
  },
  bmcIpmiProgram: {
    flag: 'bmc.ipmi-program',
    kind: kinds.oneOf(['ipmitool', 'ipmi-sensors']),
    description: 'Which program speaks IPMI; ipmi-sensors is freeipmi’s.',
    default: 'ipmitool',
  },
  bmcIpmiCipherSuite: {
    flag: 'bmc.ipmi-cipher-suite',
    kind: kinds.integer({ from: 0, to: 17 }),
    description:
      'RMCP+ cipher suite: 17, or 3 for old BMCs. Absent: what the program finds out, which takes some BMCs long.',
  },
  bmcUsername: {
    flag: 'bmc.username',
    kind: kinds.text({ pattern: /^[^\s:]{1,255}$/, allowed: 'a user name without spaces and colons' }),
    description: 'A user of the BMC that may read. Absent: without logging in.',
  },
  bmcPasswordFile: {
    flag: 'bmc.password-file',
    kind: kinds.file,
    description: 'The file whose first line is that user’s password; read at every login.',
  },
  bmcCaFile: {
    flag: 'bmc.ca-file',
    kind: kinds.file,
    description: 'Certificates (PEM) of the authorities that may have signed the BMC’s. Absent: the system’s.',
  },
  bmcFingerprint: {
    flag: 'bmc.fingerprint',
    kind: kinds.text({
      pattern: /^([0-9a-f]{2}:){31}[0-9a-f]{2}$/i,
      allowed: 'a SHA-256 fingerprint, 32 bytes in hexadecimal with colons between',
    }),
    description: 'The BMC’s own certificate, by its fingerprint, whatever name it carries.',
  },
  bmcInsecure: {
    flag: 'bmc.insecure',
    kind: kinds.toggle,
    description: 'Believes any certificate. The password goes to whoever answers.',
    default: 'false',
  },
  bmcSystem: {
    flag: 'bmc.system',
    kind: kinds.text({ pattern: /^\S{1,128}$/, allowed: 'the Id of a system' }),
    description: 'Which of a Redfish service’s systems is this host. Absent: all of them.',
  },
  bmcIntervalMs: {
    flag: 'bmc.interval',
    kind: kinds.duration({ from: '1s', to: '1h', example: '1m' }),
    description: 'From one reading of the BMC to the next.',
    default: '1m',
  },
  bmcTimeoutMs: {
    flag: 'bmc.timeout',
    kind: kinds.duration({ from: '100ms', to: '10m', example: '45s' }),
    description: 'Deadline of a whole reading of the BMC; a single request has a third of it.',
    default: '45s',
  },
} as const satisfies Settings;
