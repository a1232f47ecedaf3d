import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { BadSettingError } from './errors.ts';

const ENV_PREFIX = 'FAULTLINE_EXPORTER_';
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How a setting's text becomes its value. */
type Kind = 'text' | 'integer' | 'duration' | 'path';

/** What every row of the schema says beside its JSON Schema keywords. */
interface SettingRow {
  /** The flag without its dashes; the environment variable is made from it. */
  key: string;
  kind: Kind;
  /** What is allowed, for the operator. */
  allowed: string;
  description: string;
  default?: string;
}

/**
 * Type, validation and documentation of every setting. `default` is what an operator would write.
 * Flags win over the environment.
 */
export const ExporterConfig = Type.Object({
  libvirtUri: Type.String({
    key: 'libvirt.uri',
    kind: 'text',
    pattern: '^[a-z][a-z0-9]*(\\+[a-z0-9]+)?://',
    maxLength: 1024,
    allowed: 'a libvirt URI, such as qemu:///system',
    description: 'The libvirtd to observe. Opened read-only.',
    default: 'qemu:///system',
  }),
  libvirtAgentUri: Type.Optional(
    Type.String({
      key: 'libvirt.agent-uri',
      kind: 'text',
      pattern: '^[a-z][a-z0-9]*(\\+[a-z0-9]+)?://',
      maxLength: 1024,
      allowed: 'a libvirt URI, such as qemu:///system',
      description:
        'The same libvirtd, read-write, for collectors that ask the guest agent. None does yet: the setting is checked and logged.',
    }),
  ),
  hostName: Type.Optional(
    Type.String({
      key: 'host.name',
      kind: 'text',
      minLength: 1,
      maxLength: 255,
      allowed: 'a name of 1 to 255 characters',
      description: 'Name of this host in metrics and reports. Absent: what libvirtd calls it.',
    }),
  ),
  listenAddress: Type.String({
    key: 'web.listen-address',
    kind: 'text',
    pattern:
      '^(\\[[0-9a-fA-F:.]+\\]|[^:\\s]+):([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$',
    allowed: 'host:port with a port from 0 to 65535, such as 127.0.0.1:9177 or [::1]:9177',
    description: 'Where /metrics is served. Port 0: any free port.',
    default: '127.0.0.1:9177',
  }),
  cycleIntervalMs: Type.Integer({
    key: 'cycle.interval',
    kind: 'duration',
    minimum: 500,
    maximum: 600_000,
    allowed: 'a duration from 500ms to 10m, such as 15s',
    description: 'From one collection cycle to the next.',
    default: '15s',
  }),
  callTimeoutMs: Type.Integer({
    key: 'libvirt.call-timeout',
    kind: 'duration',
    minimum: 100,
    maximum: 60_000,
    allowed: 'a duration from 100ms to 1m, such as 5s',
    description: 'Deadline of every call of the state lane; when one is missed, the connection counts as lost.',
    default: '5s',
  }),
  statsTimeoutMs: Type.Integer({
    key: 'stats.timeout',
    kind: 'duration',
    minimum: 100,
    maximum: 60_000,
    allowed: 'a duration from 100ms to 1m, such as 2s',
    description: 'Deadline of a statistics call; a bulk call has 10 ms more for each domain.',
    default: '2s',
  }),
  statsMaxStuckCalls: Type.Integer({
    key: 'stats.max-stuck-calls',
    kind: 'integer',
    minimum: 1,
    maximum: 15,
    allowed: 'a whole number from 1 to 15',
    description:
      'When so many domains owe an answer, no more statistics are asked for: each unanswered call holds one of libvirtd’s worker threads (20 by default).',
    default: '5',
  }),
  omsUrl: Type.Optional(
    Type.String({
      key: 'oms.url',
      kind: 'text',
      pattern: '^https?://[^\\s/?#@]+(/[^\\s?#@]*)?$',
      allowed: 'an http or https URL without credentials or query, such as http://127.0.0.1:3000',
      description: 'The OMS that gets events, observation gaps and alarms. Absent: nothing is reported.',
    }),
  ),
  spoolDir: Type.String({
    key: 'spool.dir',
    kind: 'path',
    minLength: 1,
    allowed: 'a folder that can be written to',
    description: 'Where reports and open alarms are kept until the OMS has them.',
    default: 'data/exporter-spool',
  }),
  spoolMaxBytes: Type.Integer({
    key: 'spool.max-bytes',
    kind: 'integer',
    minimum: 65_536,
    maximum: 10_737_418_240,
    allowed: 'a whole number of bytes from 65536 to 10737418240',
    description: 'Size at which the spool drops its oldest reports, with a log line and a counter.',
    default: '67108864',
  }),
  cpuSaturatedPercent: Type.Integer({
    key: 'alarm.cpu-saturated.percent',
    kind: 'integer',
    minimum: 1,
    maximum: 100,
    allowed: 'a whole number from 1 to 100',
    description: 'A VM that uses more than this share of its vCPUs is saturated (A46).',
    default: '90',
  }),
  cpuSaturatedHoldMs: Type.Integer({
    key: 'alarm.cpu-saturated.hold',
    kind: 'duration',
    minimum: 1000,
    maximum: 86_400_000,
    allowed: 'a duration from 1s to 1440m, such as 30s',
    description: 'For how long it must be saturated before the alarm is raised.',
    default: '30s',
  }),
  logLevel: Type.Enum(LOG_LEVELS, {
    key: 'log.level',
    kind: 'text',
    allowed: LOG_LEVELS.join(', '),
    description: 'The least severe log lines that are written.',
    default: 'info',
  }),
});
export type ExporterConfig = Static<typeof ExporterConfig>;

/** Every setting with its row, in the order of the documentation. */
export const SETTINGS = Object.entries<TSchema>(ExporterConfig.properties).map(([property, schema]) => ({
  property,
  schema,
  ...(schema as unknown as SettingRow),
}));

export function envName(key: string): string {
  return ENV_PREFIX + key.replace(/[.-]/g, '_').toUpperCase();
}

const DURATION_MS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Reads the text; what it cannot read becomes undefined, which no schema allows. */
function valueOf(kind: Kind, text: string): string | number | undefined {
  if (kind === 'integer') return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
  if (kind === 'duration') {
    const [, amount, unit] = /^([0-9]{1,9})(ms|s|m)$/.exec(text) ?? [];
    return amount === undefined ? undefined : Number(amount) * DURATION_MS[unit as keyof typeof DURATION_MS];
  }
  return kind === 'path' && text !== '' ? resolve(text) : text;
}

/** A refused value as the operator reads it: quoted, bounded, and a URL without its user and password. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/\/\/[^/@]*@/, '//***@').slice(0, 200));
}

/** Text by key, from the command line; `'help'` when that is what was asked. */
function flagsOf(argv: readonly string[]): Map<string, string> | 'help' {
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      ...Object.fromEntries(SETTINGS.map(({ key }) => [key, { type: 'string' as const }])),
      help: { type: 'boolean' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const known = new Set(SETTINGS.map(({ key }) => key));
  const flags = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new BadSettingError(token.value, 'is not a flag; every setting is written --key value');
    if (token.kind === 'option-terminator') continue;
    if (token.name === 'help') return 'help';
    if (!known.has(token.name))
      throw new BadSettingError(token.name, `there is no such setting; allowed: ${[...known].join(', ')}`);
    if (token.value === undefined) throw new BadSettingError(token.name, 'has no value');
    flags.set(token.name, token.value);
  }
  return flags;
}

function textsFromEnvironment(env: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const keyOf = new Map(SETTINGS.map(({ key }) => [envName(key), key]));
  const texts = new Map<string, string>();
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(ENV_PREFIX) || text === undefined) continue;
    const key = keyOf.get(name);
    if (key === undefined)
      throw new BadSettingError(name, `there is no such setting; allowed: ${[...keyOf.keys()].join(', ')}`);
    texts.set(key, text);
  }
  return texts;
}

/**
 * Settings from flags and environment, checked.
 *
 * @throws BadSettingError with one line that names the key, the value and what is allowed
 */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ExporterConfig | 'help' {
  const flags = flagsOf(argv);
  if (flags === 'help') return 'help';
  const fromEnvironment = textsFromEnvironment(env);
  const config: Record<string, unknown> = {};
  for (const { property, schema, key, kind, allowed, default: fallback } of SETTINGS) {
    const text = flags.get(key) ?? fromEnvironment.get(key) ?? fallback;
    if (text === undefined) continue;
    const value: unknown = valueOf(kind, text);
    if (!Value.Check(schema, value)) {
      throw new BadSettingError(key, `${shown(text)} is not allowed; allowed: ${allowed}`);
    }
    config[property] = value;
  }
  return Value.Parse(ExporterConfig, config);
}

/** The settings of this process. */
export function configOfProcess(): ExporterConfig | 'help' {
  return readConfig(process.argv.slice(2), process.env);
}

/** Host and port of a checked `host:port`; an IPv6 address comes without its brackets. */
export function listenTarget(listenAddress: string): { host: string; port: number } {
  const colon = listenAddress.lastIndexOf(':');
  return { host: listenAddress.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(listenAddress.slice(colon + 1)) };
}

export const USAGE = [
  'faultline-exporter: one libvirt host as Prometheus text, and its events as reports',
  '',
  ...SETTINGS.map(({ key, description, default: fallback }) => {
    const standard = fallback === undefined ? '' : ` Default: ${fallback}.`;
    return `  --${key}\n      ${description}${standard}\n      Environment: ${envName(key)}`;
  }),
].join('\n');
