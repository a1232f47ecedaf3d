import { expect, it } from '@jest/globals';
import * as kinds from './kinds.ts';
import type { Program } from './program.ts';
import { settingsReference } from './reference.ts';

const program = {
  about: 'a program',
  envPrefix: 'A_',
  settings: {
    listen: {
      flag: 'web.listen',
      kind: kinds.text({ pattern: /x/, allowed: 'one | two of <these>' }),
      description: 'Where.',
      default: 'x',
      atMost: 3,
    },
    uri: { flag: 'uri', kind: kinds.file, description: 'What.', otherEnv: 'OTHER' },
    open: { flag: 'web.open', kind: kinds.toggle, description: 'Whether.', default: 'false' },
  },
} as const satisfies Program;

it('tells settings by family, with what is in them never breaking the table', () => {
  expect(settingsReference(program)).toBe(
    [
      '## web',
      '',
      '| setting | allowed | default | what it is |',
      '| --- | --- | --- | --- |',
      '| `--web.listen`, repeatable<br>`A_WEB_LISTEN` | one \\| two of &lt;these> | `x` | Where. |',
      `| \`--[no-]web.open\`<br>\`A_WEB_OPEN\` | ${kinds.toggle.allowed.replaceAll('|', '\\|')} | \`false\` | Whether. |`,
      '',
      '## uri',
      '',
      '| setting | allowed | default | what it is |',
      '| --- | --- | --- | --- |',
      '| `--uri`<br>`A_URI`, else `OTHER` | a file |  | What. |',
    ].join('\n'),
  );
});
