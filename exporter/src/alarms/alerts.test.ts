import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { alarmRules } from './index.ts';

const RULES = join(import.meta.dirname, '../../../provisioning/prometheus/rules/vms.yml');

/** The severities by which the OMS reads these levels: an alert of severity `warning` is a minor alarm there. */
const SEVERITIES = { critical: 'critical', major: 'major', minor: 'minor', warning: 'info', indeterminate: 'none' };

interface RuleFile {
  groups: { rules: { alert: string; labels: Record<string, string> }[] }[];
}

it("tells of the host's conditions under the same names and at the same levels as Prometheus' alerts do", () => {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as RuleFile;
  const alerts = groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ alert, labels: { condition, category, severity } }) =>
      condition === undefined ? [] : [{ condition, name: alert, category, severity }],
    );
  const alarms = alarmRules({ cpuSaturated: { percent: 90, holdMs: 30_000 }, guestRounds: 2 });
  const byCondition = (a: { condition: string }, b: { condition: string }): number =>
    a.condition < b.condition ? -1 : 1;
  expect(alerts.sort(byCondition)).toEqual(
    alarms
      .map(({ condition, name, category, level }) => ({ condition, name, category, severity: SEVERITIES[level] }))
      .sort(byCondition),
  );
});
