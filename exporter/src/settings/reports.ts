import { kinds, type Settings } from '@faultline/program';

/** The way to the OMS, and the alarms that go there. */
export const reportSettings = {
  omsUrl: {
    flag: 'oms.url',
    kind: kinds.httpUrl({
      query: false,
      allowed: 'an http or https URL without credentials or query, such as http://127.0.0.1:3000',
    }),
    description: 'The OMS that gets events, observation gaps and alarms. Absent: nothing is reported.',
  },
  omsTokenFile: {
    flag: 'oms.token-file',
    kind: kinds.file,
    description: 'File with a token of the role report, which faultline-oms token makes; read again for each delivery.',
  },
  spoolDir: {
    flag: 'spool.dir',
    kind: kinds.folder({ allowed: 'a folder that can be written to' }),
    description: 'Where reports and open alarms are kept until the OMS has them.',
    default: 'data/exporter-spool',
  },
  spoolMaxBytes: {
    flag: 'spool.max-bytes',
    kind: kinds.integer({ from: 65_536, to: 10_737_418_240, of: 'bytes' }),
    description: 'Size at which the spool drops its oldest reports, with a log line and a counter.',
    default: '67108864',
  },
  cpuSaturatedPercent: {
    flag: 'alarm.cpu-saturated.percent',
    kind: kinds.integer({ from: 1, to: 100 }),
    description: 'A VM that uses more than this share of its vCPUs is saturated (A46).',
    default: '90',
  },
  cpuSaturatedHoldMs: {
    flag: 'alarm.cpu-saturated.hold',
    kind: kinds.duration({ from: '1s', to: '24h', example: '30s' }),
    description: 'For how long it must be saturated before the alarm is raised.',
    default: '30s',
  },
} as const satisfies Settings;
