import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PROMETHEUS = join(ROOT, 'provisioning/prometheus');
export const ALERTMANAGER = join(ROOT, 'provisioning/alertmanager');
export const RUNBOOKS = join(ROOT, 'docs/runbooks');

/**
 * A copy of a provisioned folder, with other words in one of its files.
 *
 * @param into the folder in which the copy is made
 * @throws Error when a word that is to be replaced is not there: the file has changed
 */
export function provision(
  into: string,
  from: string,
  file: string,
  replace: readonly [what: string, by: string][],
): string {
  const to = mkdtempSync(join(into, 'etc-'));
  cpSync(from, to, { recursive: true });
  let text = readFileSync(join(to, file), 'utf8');
  for (const [what, by] of replace) {
    if (!text.includes(what)) throw new Error(`${file} has no ${JSON.stringify(what)}`);
    text = text.replaceAll(what, by);
  }
  writeFileSync(join(to, file), text);
  return to;
}

/** An alert as `provisioning/prometheus/rules` declares it. */
export interface AlertRule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** One question of a promtool test. */
export interface AlertCase {
  alertname: string;
  eval_time: string;
  exp_alerts: object[];
}

function yamlFilesIn<T>(folder: string): T[] {
  return readdirSync(join(PROMETHEUS, folder)).map(
    (name) => parse(readFileSync(join(PROMETHEUS, folder, name), 'utf8')) as T,
  );
}

/** Every alert, in the order of the files. */
export function alertRules(): AlertRule[] {
  const files = yamlFilesIn<{ groups: { rules: (AlertRule | { record: string })[] }[] }>('rules');
  return files.flatMap(({ groups }) => groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule)));
}

/** Every case of the tests of alerts. */
export function alertCases(): AlertCase[] {
  const files = yamlFilesIn<{ tests: { alert_rule_test?: AlertCase[] }[] }>('tests');
  return files.flatMap(({ tests }) => tests.flatMap((test) => test.alert_rule_test ?? []));
}

/** The name of an alert's page in docs/runbooks. */
export const runbookOf = (alert: string): string => `${alert.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.md`;
