import { BadSettingError, notAllowed } from './errors.ts';
import { flagsOf } from './flags.ts';
import { envNameOf, type Program, type Setting, type Settings, type ValuesOf } from './program.ts';
import { unknownSetting } from './unknown.ts';
import { readYamlFile, type YamlEntry } from './yaml.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the operator wrote, and where. */
export interface Given {
  key: string;
  texts: string[];
}

/** Kubernetes writes the addresses of a service called like the program into its environment: no settings. */
const KUBERNETES_SERVICE = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT$|_PORT_\d+_/;

/** A misspelled variable must not be passed over in silence. */
function refuseUnknownVariables(program: Program, env: Environment): void {
  const known = Object.values(program.settings).map((setting) => envNameOf(program, setting));
  for (const name of Object.keys(env)) {
    if (!name.startsWith(program.envPrefix) || known.includes(name)) continue;
    if (!KUBERNETES_SERVICE.test(name)) throw unknownSetting(name, name, known);
  }
}

/** An empty variable counts as not set: that is what `VARIABLE=${OTHER:-}` means in compose files. */
function variableOf(program: Program, setting: Setting, env: Environment): Given | undefined {
  for (const key of [envNameOf(program, setting), setting.otherEnv]) {
    const text = key === undefined ? '' : (env[key] ?? '');
    if (key === undefined || text === '') continue;
    return { key, texts: setting.atMost === undefined ? [text] : text.split(',').map((part) => part.trim()) };
  }
  return undefined;
}

function valueOf({ flag, kind, atMost, default: standard }: Setting, given: Given | undefined): unknown {
  const { key, texts } = given ?? { key: `--${flag}`, texts: standard === undefined ? [] : [standard] };
  const values = texts.map((text) => {
    const value = kind.read(text);
    if (value === undefined) throw notAllowed(key, text, kind.allowed);
    return value;
  });
  if (atMost === undefined) return values.at(-1);
  if (values.length > atMost) throw new BadSettingError(key, `${values.length} values; allowed: at most ${atMost}`);
  return values;
}

/** What a file says of each flag. Only a list can be given more than one value. */
function givenByFile(settings: Settings, entries: readonly YamlEntry[]): Map<string, Given> {
  const byFlag = new Map(Object.values(settings).map((setting) => [setting.flag, setting]));
  const given = new Map<string, Given>();
  for (const { path, texts, place } of entries) {
    const name = path.join('.');
    const key = `${place}: ${name}`;
    const setting = byFlag.get(name);
    if (setting === undefined) throw unknownSetting(key, name, [...byFlag.keys()]);
    // Once nested and once with dots, which YAML takes for two keys.
    if (given.has(name)) throw new BadSettingError(key, `was given before, at ${given.get(name)?.key ?? ''}`);
    if (texts.length !== 1 && setting.atMost === undefined) throw new BadSettingError(key, 'is not a list');
    given.set(name, { key, texts });
  }
  return given;
}

function valuesOf(settings: Settings, givenOf: (setting: Setting) => Given | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, valueOf(setting, givenOf(setting))]),
  );
}

/** The program's file of settings, where one is named. It cannot name another. */
function fileOf(program: Program, givenOf: (setting: Setting) => Given | undefined): Map<string, Given> {
  const setting = Object.values(program.settings).find(({ flag }) => flag === program.fileFlag);
  if (setting === undefined) return new Map();
  const given = givenOf(setting);
  const path = valueOf(setting, given);
  if (typeof path !== 'string') return new Map();
  const settings = Object.entries(program.settings).filter(([, { flag }]) => flag !== program.fileFlag);
  return givenByFile(Object.fromEntries(settings), readYamlFile(given?.key ?? `--${setting.flag}`, path));
}

/**
 * Reads flags, environment and the program's file, and checks them. A flag wins over the environment, the environment over
 * the file, the file over the default; of a flag that is no list, the last one counts.
 *
 * @throws BadSettingError for the first setting that cannot be used
 */
export function readSettings<P extends Program>(program: P, args: readonly string[], env: Environment): ValuesOf<P> {
  const flags = flagsOf(Object.values(program.settings), args);
  if (program.sharesEnvPrefix !== true) refuseUnknownVariables(program, env);
  const givenHere = (setting: Setting): Given | undefined =>
    flags.get(setting.flag) ?? variableOf(program, setting, env);
  const file = fileOf(program, givenHere);
  return valuesOf(program.settings, (setting) => givenHere(setting) ?? file.get(setting.flag)) as ValuesOf<P>;
}

/**
 * Checks the entries of a YAML file that is no program's, against a table of its own.
 *
 * @throws BadSettingError for the first entry that cannot be used
 */
export function readEntries<S extends Settings>(settings: S, entries: readonly YamlEntry[]): ValuesOf<{ settings: S }> {
  const given = givenByFile(settings, entries);
  return valuesOf(settings, ({ flag }) => given.get(flag)) as ValuesOf<{ settings: S }>;
}

/** Whether the operator wants the usage text, whatever else is written. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** Whether the operator wants to know the version, whatever else is written. */
export function asksForVersion(args: readonly string[]): boolean {
  return args.includes('--version');
}
