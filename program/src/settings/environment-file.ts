import { envNameOf, type Program } from './program.ts';

/**
 * A file for systemd's `EnvironmentFile=`: every setting with its help, commented out but for those that are given a value here.
 *
 * @param values by the names of the variables; a name that is no setting's throws
 */
export function environmentFileOf(program: Program, values: Readonly<Record<string, string>> = {}): string {
  const rows = Object.values(program.settings).map((setting) => {
    const { kind, description, atMost } = setting;
    const list = atMost === undefined ? '' : ' (several: with commas between them)';
    const name = envNameOf(program, setting);
    const given = values[name];
    const line = given === undefined ? `#${name}=${setting.default ?? ''}` : `${name}=${given}`;
    return { name, text: [`# ${description}`, `# ${kind.allowed}${list}`, line, ''].join('\n') };
  });
  const unknown = Object.keys(values).filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`no settings of ${program.envPrefix}*: ${unknown.join(', ')}`);
  return rows.map(({ text }) => text).join('\n');
}
