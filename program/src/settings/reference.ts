import { envNameOf, type Program, type Setting } from './program.ts';

/**
 * A program's settings as Markdown: a table for each family, which is what its flags begin with, in the order of `--help`. Headings are of the
 * second level. Pure.
 */
export function settingsReference(program: Program): string {
  const families = new Map<string, Setting[]>();
  for (const setting of Object.values(program.settings)) {
    const family = familyOf(setting);
    families.set(family, [...(families.get(family) ?? []), setting]);
  }
  return [...families].map(([family, settings]) => `## ${family}\n\n${tableOf(program, settings)}`).join('\n\n');
}

const familyOf = ({ flag }: Setting): string => flag.split('.')[0] ?? flag;

function tableOf(program: Program, settings: readonly Setting[]): string {
  const rows = settings.map((setting) => {
    const { flag, kind, description, otherEnv, atMost } = setting;
    const name = `\`--${kind.isSwitch === true ? '[no-]' : ''}${flag}\``;
    const variables = [envNameOf(program, setting), ...(otherEnv === undefined ? [] : [otherEnv])];
    return [
      `${name}${atMost === undefined ? '' : ', repeatable'}<br>${variables.map((each) => `\`${each}\``).join(', else ')}`,
      kind.allowed,
      setting.default === undefined ? '' : `\`${setting.default}\``,
      description,
    ];
  });
  const lines = [['setting', 'allowed', 'default', 'what it is'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n');
}

/** What would end a cell, or be taken for a tag. */
const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll(/<(?!br>)/g, '&lt;');
