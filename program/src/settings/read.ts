import { parseArgs } from 'node:util';
import { BadSettingError, notAllowed } from './errors.ts';
import { envNameOf, type Program, type Setting, type ValuesOf } from './program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the operator wrote, and where. */
interface Given {
  key: string;
  texts: string[];
}

/** Kubernetes writes the addresses of a service called like the program into its environment: no settings. */
const KUBERNETES_SERVICE = /_SERVICE_HOST$|_SERVICE_PORT(_|$)|_PORT$|_PORT_\d+_/;

function flagsOf(settings: readonly Setting[], args: readonly string[]): Map<string, Given> {
  const options = Object.fromEntries(settings.map(({ flag }) => [flag, { type: 'string' as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const flags = new Map<string, Given>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new BadSettingError(token.value, 'is not a flag; every setting is written --key value');
    }
    const { name, rawName: key, value, inlineValue } = token;
    if (!(name in options))
      throw unknown(
        key,
        settings.map(({ flag }) => `--${flag}`),
      );
    if (value === undefined || (!inlineValue && value.startsWith('--'))) throw new BadSettingError(key, 'has no value');
    flags.set(name, { key, texts: [...(flags.get(name)?.texts ?? []), value] });
  }
  return flags;
}

function unknown(key: string, known: string[]): BadSettingError {
  return new BadSettingError(key, `there is no such setting; allowed: ${known.join(', ')}`);
}

/** A misspelled variable must not be passed over in silence. */
function refuseUnknownVariables(program: Program, env: Environment): void {
  const known = Object.values(program.settings).map((setting) => envNameOf(program, setting));
  for (const name of Object.keys(env)) {
    if (!name.startsWith(program.envPrefix) || known.includes(name)) continue;
    if (!KUBERNETES_SERVICE.test(name)) throw unknown(name, known);
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

/**
 * Reads flags and environment, and checks them. A flag wins over the environment, the environment over the default; of a
 * flag that is no list, the last one counts.
 *
 * @throws BadSettingError for the first setting that cannot be used
 */
export function readSettings<P extends Program>(program: P, args: readonly string[], env: Environment): ValuesOf<P> {
  const flags = flagsOf(Object.values(program.settings), args);
  if (program.sharesEnvPrefix !== true) refuseUnknownVariables(program, env);
  const values = Object.entries(program.settings).map(([name, setting]) => [
    name,
    valueOf(setting, flags.get(setting.flag) ?? variableOf(program, setting, env)),
  ]);
  return Object.fromEntries(values) as ValuesOf<P>;
}

/** Whether the operator wants the usage text, whatever else is written. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help');
}
