import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ALARM_CATEGORIES } from '@faultline/contracts';
import { alertCases, alertRules, RUNBOOKS, runbookOf } from './provisioning.ts';

const rules = alertRules();
const cases = alertCases();
/** It always fires; there is no case in which it must not. */
const ALWAYS_FIRES = 'Dead man switch';

describe('the alerts of provisioning/prometheus', () => {
  it('have names of their own, and each a page in docs/runbooks; there is no other page', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    expect(readdirSync(RUNBOOKS).sort()).toEqual(names.map(runbookOf).sort());
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s says what an operator needs', (alert, rule) => {
    const { labels, annotations } = rule;
    expect(labels).toMatchObject({
      severity: expect.stringMatching(/^(critical|major|minor|info|none)$/),
      category: expect.stringMatching(`^(${ALARM_CATEGORIES.join('|')})$`),
    });
    expect(annotations).toEqual({
      summary: expect.stringMatching(/./),
      cause: expect.stringMatching(/./),
      runbook_url: `http://127.0.0.1:3000/runbooks/${runbookOf(alert)}`,
    });
  });

  it.each(rules.map(({ alert }) => alert))('%s is tested where it fires, and where it must not', (alert) => {
    const of = cases.filter(({ alertname }) => alertname === alert);
    expect(of.some(({ exp_alerts: expected }) => expected.length > 0)).toBe(true);
    expect(of.some(({ exp_alerts: expected }) => expected.length === 0)).toBe(alert !== ALWAYS_FIRES);
  });

  it('are the only ones that the tests ask for', () => {
    const known = new Set(rules.map(({ alert }) => alert));
    expect(cases.map(({ alertname }) => alertname).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the pages of docs/runbooks', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s is complete, and its links lead somewhere',
    (alert, rule) => {
      const text = readFileSync(join(RUNBOOKS, runbookOf(alert)), 'utf8');
      expect(text.match(/^#.*/gm)).toEqual(
        expect.arrayContaining([`# ${alert}`, '## Check', '## Do', '## What it is not']),
      );
      const category = rule.labels['category']?.replaceAll('-', ' ');
      const { severity } = rule.labels;
      expect(text).toContain(severity === 'none' ? '\n_none_\n' : `\n_${severity}, ${category}_\n`);
      const pages = readdirSync(RUNBOOKS);
      for (const [, page] of text.matchAll(/\]\(([^)]*)\)/g)) expect(pages).toContain(page);
    },
  );
});
