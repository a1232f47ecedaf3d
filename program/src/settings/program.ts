import type { Kind } from './kinds.ts';

/** One row of a program's table. */
export interface Setting {
  /** Without its dashes; the environment variable is the program's prefix and this, in upper case with underscores. */
  readonly flag: string;
  readonly kind: Kind<unknown>;
  readonly description: string;
  /** What an operator would write. Absent: the setting may be left out. */
  readonly default?: string;
  /** Another variable that is heard when the setting's own is not set. */
  readonly otherEnv?: string;
  /** The setting is a list of at most so many; in the environment its values are separated by commas. */
  readonly atMost?: number;
}

/** Rows of a program's table by the names of their values. */
export type Settings = Readonly<Record<string, Setting>>;

/** A program as its operator sees it: declare it `as const satisfies Program`, so that the values have their types. */
export interface Program {
  /** The first line of `--help`. */
  readonly about: string;
  readonly envPrefix: string;
  /** The prefix begins other programs' variables too, so that an unknown one is no mistake. */
  readonly sharesEnvPrefix?: boolean;
  /** The flag whose value names a YAML file with settings: `libvirt: {uri: ...}` there is `--libvirt.uri`. */
  readonly fileFlag?: string;
  /** By the name of the value, in the order of `--help`. */
  readonly settings: Settings;
}

type ValueOf<S extends Setting> =
  S['kind'] extends Kind<infer T>
    ? S extends { atMost: number }
      ? T[]
      : S extends { default: string }
        ? T
        : T | undefined
    : never;

/** The values of a program's settings, by name. */
export type ValuesOf<P extends { settings: Settings }> = {
  -readonly [Name in keyof P['settings']]: ValueOf<P['settings'][Name]>;
};

export function envNameOf({ envPrefix }: Program, { flag }: Setting): string {
  return envPrefix + flag.replace(/[.-]/g, '_').toUpperCase();
}

/** The text of `--help`. */
export function usageOf(program: Program): string {
  const rows = Object.values(program.settings).map((setting) => {
    const { flag, kind, description, otherEnv, atMost } = setting;
    const repeatable = atMost === undefined ? '' : ' (repeatable)';
    const standard = setting.default === undefined ? '' : `; default: ${setting.default}`;
    const instead = otherEnv === undefined ? '' : `, else ${otherEnv}`;
    const dashes = kind.isSwitch === true ? '--[no-]' : '--';
    return `  ${dashes}${flag}${repeatable}
      ${description}
      ${kind.allowed}${standard}
      environment: ${envNameOf(program, setting)}${instead}`;
  });
  return [program.about, '', ...rows, ''].join('\n');
}
