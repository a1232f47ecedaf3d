import { parseArgs } from 'node:util';
import { BadSettingError } from './errors.ts';
import type { Setting } from './program.ts';
import { unknownSetting } from './unknown.ts';

/** The flags as they were written, by name. */
export function flagsOf(
  settings: readonly Setting[],
  args: readonly string[],
): Map<string, { key: string; texts: string[] }> {
  const byFlag = new Map(settings.map((setting) => [setting.flag, setting]));
  const negated = new Map<string, string>(
    settings.flatMap(({ flag, kind }) => (kind.isSwitch === true ? [[`no-${flag}`, flag] as const] : [])),
  );
  const type = ({ kind }: Setting): 'boolean' | 'string' => (kind.isSwitch === true ? 'boolean' : 'string');
  const options: Record<string, { type: 'boolean' | 'string' }> = {};
  for (const setting of settings) options[setting.flag] = { type: type(setting) };
  for (const name of negated.keys()) options[name] = { type: 'boolean' };
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const flags = new Map<string, { key: string; texts: string[] }>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new BadSettingError(token.value, 'is not a flag; every setting is written --key value');
    }
    const { name, rawName: key, value, inlineValue } = token;
    const flag = negated.get(name) ?? name;
    const setting = byFlag.get(flag);
    if (setting === undefined || !key.startsWith('--')) {
      throw unknownSetting(
        key,
        key.replace(/^--no-/, '--'),
        [...byFlag.keys()].map((known) => `--${known}`),
      );
    }
    const text = setting.kind.isSwitch === true ? switchText(key, flag !== name, value) : value;
    if (text === undefined || (inlineValue === false && text.startsWith('--'))) {
      throw new BadSettingError(key, 'has no value');
    }
    flags.set(flag, { key, texts: [...(flags.get(flag)?.texts ?? []), text] });
  }
  return flags;
}

/** `--x` and `--x=true`, `--no-x` and `--x=false` are the same; `--no-x=...` means nothing. */
function switchText(key: string, isNegated: boolean, value: string | undefined): string {
  if (!isNegated) return value ?? 'true';
  if (value !== undefined) throw new BadSettingError(key, 'takes no value');
  return 'false';
}
