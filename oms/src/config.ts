import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const Address = Type.Object({
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 0, maximum: 65535 }),
});
const HttpUrl = Type.String({ pattern: '^https?://[^/\\s]+' });
const DurationMs = Type.Integer({ minimum: 100, maximum: 3_600_000 });
const LogLevel = Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);

/** The settings of an OMS: type, validation and documentation at once. */
export const OmsConfig = Type.Object({
  listen: Type.Object(Address.properties, { description: 'where the API and the console are served' }),
  dataDir: Type.String({ minLength: 1, description: 'folder of the store; one OMS at a time holds it' }),
  scrapeUrls: Type.Array(HttpUrl, { maxItems: 100, description: 'exporter /metrics URLs to collect cycles from' }),
  scrapeIntervalMs: Type.Integer({ ...DurationMs, description: 'time between two scrapes of an exporter' }),
  staleAfterMs: Type.Integer({ ...DurationMs, description: 'silence after which nothing is claimed of a VM' }),
  transientLimitMs: Type.Integer({
    ...DurationMs,
    description: 'how long a VM may be on its way (paused to migrate, shutting down) before that is abnormal',
  }),
  controlHosts: Type.Record(
    Type.String({ minLength: 1, maxLength: 255 }),
    Type.String({ pattern: '^[a-z+]+://\\S*$' }),
    {
      description: 'hosts on which operations may be performed, with their read-write libvirt URIs',
    },
  ),
  replayDir: Type.Union([Type.String({ minLength: 1 }), Type.Null()], { description: 'a recorded incident to show' }),
  consoleDir: Type.String({ minLength: 1, description: 'folder of the built console' }),
  pluginsDir: Type.String({ minLength: 1, description: 'folder in which the built plugins are found' }),
  logLevel: LogLevel,
});
export type OmsConfig = Static<typeof OmsConfig>;

/** Thrown for a setting that cannot be used. Its message is the line that the operator reads: key, value, what is allowed. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly code = 'bad-setting';
}

/** Turns what was written into the value to check; undefined where it is not even of the right form. */
type Read = (text: string) => unknown;

interface Setting {
  /** The flag without `--`; the environment variable is `FAULTLINE_OMS_` and this in upper case with underscores. */
  flag: string;
  field: keyof OmsConfig;
  /** May be given several times; in the environment the values are separated by commas. */
  multiple?: boolean;
  read: Read;
  fallback: string;
  allowed: string;
}

const DURATION_UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const readText: Read = (text) => text;
const readFolder: Read = (text) => (text === '' ? undefined : resolve(text));

const readDuration: Read = (text) => {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * (DURATION_UNITS[unit] ?? NaN);
};

const readAddress: Read = (text) => {
  const [, bracketed, plain, port] = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text) ?? [];
  return { host: bracketed ?? plain, port: Number(port) };
};

const readHttpUrl: Read = (text) => (URL.canParse(text) ? text : undefined);

const DURATION = 'a duration from 100ms to 1h, such as 5s or 2m';

/** Every setting, in the order in which `--help` shows them. */
export const SETTINGS: Setting[] = [
  {
    flag: 'web.listen-address',
    field: 'listen',
    read: readAddress,
    fallback: '127.0.0.1:3000',
    allowed: 'HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:3000 or [::1]:3000',
  },
  { flag: 'data.dir', field: 'dataDir', read: readFolder, fallback: 'data', allowed: 'a folder' },
  {
    flag: 'scrape.url',
    field: 'scrapeUrls',
    multiple: true,
    read: readHttpUrl,
    fallback: '',
    allowed: 'up to 100 http or https URLs, such as http://127.0.0.1:9177/metrics',
  },
  { flag: 'scrape.interval', field: 'scrapeIntervalMs', read: readDuration, fallback: '5s', allowed: DURATION },
  { flag: 'state.stale-after', field: 'staleAfterMs', read: readDuration, fallback: '', allowed: DURATION },
  { flag: 'state.transient-limit', field: 'transientLimitMs', read: readDuration, fallback: '5m', allowed: DURATION },
  {
    flag: 'control.host',
    field: 'controlHosts',
    multiple: true,
    read: readText,
    fallback: '',
    allowed: 'NAME=URI, each name once, such as hv1=qemu:///system',
  },
  { flag: 'replay.dir', field: 'replayDir', read: readFolder, fallback: '', allowed: 'a scenario folder' },
  {
    flag: 'console.dir',
    field: 'consoleDir',
    read: readFolder,
    fallback: resolve(REPOSITORY, 'console/dist'),
    allowed: 'a folder',
  },
  { flag: 'plugins.dir', field: 'pluginsDir', read: readFolder, fallback: REPOSITORY, allowed: 'a folder' },
  {
    flag: 'log.level',
    field: 'logLevel',
    read: readText,
    fallback: 'info',
    allowed: 'fatal, error, warn, info, debug, trace or silent',
  },
];

const envNameOf = (flag: string): string => `FAULTLINE_OMS_${flag.toUpperCase().replace(/[.-]/g, '_')}`;

/** Three of the exporter's default cycles: with less, an exporter that does as it was told would look silent. */
const LEAST_DEFAULT_STALE_AFTER_MS = 45_000;

type Given = { key: string; texts: string[] } | null;

/**
 * Reads flags and environment; a flag wins over the environment.
 *
 * @throws SettingError for the first setting that cannot be used
 */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): OmsConfig {
  const flags = parseFlags(args);
  const config: Record<string, unknown> = {};
  for (const setting of SETTINGS) {
    config[setting.field] = valueOf(setting, givenFor(setting, flags, env), config);
  }
  if (config['replayDir'] !== null && (config['scrapeUrls'] as string[]).length > 0) {
    throw new SettingError('--scrape.url cannot be used with --replay.dir: nothing is added to a recorded incident');
  }
  return Value.Parse(OmsConfig, config);
}

/** The settings of this process. */
export function configOfProcess(): OmsConfig {
  return readConfig(process.argv.slice(2), process.env);
}

/** The text of `--help`. */
export function usage(): string {
  const lines = SETTINGS.map(
    ({ flag, fallback, allowed, multiple }) =>
      `  --${flag}${multiple === true ? ' (repeatable)' : ''}\n      ${envNameOf(flag)}; ${allowed}${fallback === '' ? '' : `; default ${fallback}`}`,
  );
  return `Usage: faultline-oms [options]\n\n${lines.join('\n')}\n`;
}

function parseFlags(args: string[]): Record<string, string | boolean | (string | boolean)[] | undefined> {
  const options = Object.fromEntries(
    SETTINGS.map(({ flag, multiple }) => [flag, { type: 'string' as const, multiple: multiple === true }]),
  );
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split(/\. |\.?\n/);
    throw new SettingError(`${sentence ?? 'bad flag'}; allowed: the flags that --help lists`, { cause: error });
  }
}

function givenFor(setting: Setting, flags: ReturnType<typeof parseFlags>, env: NodeJS.ProcessEnv): Given {
  const flag = flags[setting.flag];
  if (flag !== undefined) return { key: `--${setting.flag}`, texts: [flag].flat().map(String) };
  const name = envNameOf(setting.flag);
  const text = env[name];
  if (text === undefined || text === '') return null;
  const texts = setting.multiple === true ? text.split(',').map((part) => part.trim()) : [text];
  return { key: name, texts };
}

function valueOf(setting: Setting, given: Given, soFar: Record<string, unknown>): unknown {
  const schema = OmsConfig.properties[setting.field];
  if (given === null) return defaultOf(setting, soFar);
  const bad = (text: string): SettingError =>
    new SettingError(`${given.key}: '${text}' cannot be used; allowed: ${setting.allowed}`);
  const value =
    setting.field === 'controlHosts' ? readControlHosts(given.texts, bad) : readAll(setting, given.texts, bad);
  if (!Value.Check(schema, value)) throw bad(given.texts.join(','));
  return value;
}

function defaultOf(setting: Setting, soFar: Record<string, unknown>): unknown {
  switch (setting.field) {
    case 'scrapeUrls':
      return [];
    case 'controlHosts':
      return {};
    case 'replayDir':
      return null;
    case 'staleAfterMs':
      return Math.min(3_600_000, Math.max(3 * (soFar['scrapeIntervalMs'] as number), LEAST_DEFAULT_STALE_AFTER_MS));
    default:
      return setting.read(setting.fallback);
  }
}

function readAll(setting: Setting, texts: string[], bad: (text: string) => SettingError): unknown {
  const values = texts.map((text) => {
    const value = setting.read(text);
    if (value === undefined) throw bad(text);
    return value;
  });
  return setting.multiple === true ? values : values[0];
}

function readControlHosts(texts: string[], bad: (text: string) => SettingError): Record<string, string> {
  const hosts = new Map<string, string>();
  for (const text of texts) {
    const separator = text.indexOf('=');
    const name = text.slice(0, Math.max(separator, 0));
    if (name === '' || hosts.has(name)) throw bad(text);
    hosts.set(name, text.slice(separator + 1));
  }
  return Object.fromEntries(hosts);
}
