import { kinds, readSettings, usageOf, asksForHelp, type Program, type ValuesOf } from '@faultline/program';
import { guestAgentSettings } from './settings/guest-agent.ts';

/** Every setting of an exporter. */
export const PROGRAM = {
  about: 'faultline-exporter: one libvirt host as Prometheus text, and its events as reports',
  envPrefix: 'FAULTLINE_EXPORTER_',
  settings: {
    libvirtUri: {
      flag: 'libvirt.uri',
      kind: kinds.libvirtUri,
      description: 'The libvirtd to observe. Opened read-only.',
      default: 'qemu:///system',
    },
    libvirtAgentUri: {
      flag: 'libvirt.agent-uri',
      kind: kinds.libvirtUri,
      description: 'The same libvirtd, read-write, by which the guests’ agents are asked. Absent: no guest is asked anything.',
    },
    hostName: {
      flag: 'host.name',
      kind: kinds.text({ pattern: /^.{1,255}$/, allowed: 'a name of 1 to 255 characters' }),
      description: 'Name of this host in metrics and reports. Absent: what libvirtd calls it.',
    },
    listen: {
      flag: 'web.listen-address',
      kind: kinds.address({ leastPort: 0, example: '127.0.0.1:9177 or [::1]:9177' }),
      description: 'Where /metrics is served. Port 0: any free port.',
      default: '127.0.0.1:9177',
    },
    cycleIntervalMs: {
      flag: 'cycle.interval',
      kind: kinds.duration({ from: '500ms', to: '10m', example: '15s' }),
      description: 'From one collection cycle to the next.',
      default: '15s',
    },
    callTimeoutMs: {
      flag: 'libvirt.call-timeout',
      kind: kinds.duration({ from: '100ms', to: '1m', example: '5s' }),
      description: 'Deadline of every call of the state lane; when one is missed, the connection counts as lost.',
      default: '5s',
    },
    statsTimeoutMs: {
      flag: 'stats.timeout',
      kind: kinds.duration({ from: '100ms', to: '1m', example: '2s' }),
      description: 'Deadline of a statistics call; a bulk call has 10 ms more for each domain.',
      default: '2s',
    },
    statsMaxStuckCalls: {
      flag: 'stats.max-stuck-calls',
      kind: kinds.integer({ from: 1, to: 15 }),
      description:
        'When so many domains owe an answer, no more statistics are asked for: each unanswered call holds one of libvirtd’s worker threads (20 by default).',
      default: '5',
    },
    omsUrl: {
      flag: 'oms.url',
      kind: kinds.httpUrl({
        query: false,
        allowed: 'an http or https URL without credentials or query, such as http://127.0.0.1:3000',
      }),
      description: 'The OMS that gets events, observation gaps and alarms. Absent: nothing is reported.',
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
    ...guestAgentSettings,
    logLevel: {
      flag: 'log.level',
      kind: kinds.logLevel,
      description: 'The least severe log lines that are written.',
      default: 'info',
    },
  },
} as const satisfies Program;

export type ExporterConfig = ValuesOf<typeof PROGRAM>;

export const USAGE = usageOf(PROGRAM);

/**
 * Settings from flags and environment, checked.
 *
 * @throws BadSettingError with one line that names the key, the value and what is allowed
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): ExporterConfig {
  return readSettings(PROGRAM, args, env);
}

/** The settings of this process. */
export function configOfProcess(): ExporterConfig | 'help' {
  const args = process.argv.slice(2);
  return asksForHelp(args) ? 'help' : readConfig(args, process.env);
}
