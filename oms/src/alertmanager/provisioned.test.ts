import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { DEFAULT_LEVELS, levelOf } from './severity.ts';

const RULES = join(import.meta.dirname, '../../../provisioning/prometheus/rules');

it('knows the level of every severity that our own rules give (A42)', () => {
  const text = readdirSync(RULES).map((name) => readFileSync(join(RULES, name), 'utf8'));
  const severities = new Set(text.join('\n').match(/(?<=severity: )[\w-]+/g));
  const levels = Object.fromEntries([...severities].map((severity) => [severity, levelOf(severity, DEFAULT_LEVELS)]));
  expect(levels).toEqual({
    ...{ critical: 'critical', major: 'major', minor: 'minor', info: 'warning' },
    // The dead man switch: that it fires says nothing.
    none: 'indeterminate',
  });
});
