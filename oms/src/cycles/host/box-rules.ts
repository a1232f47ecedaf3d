/** From which severity of a problem on its host is abnormal; `never`: it is told of, and moves no VM. */
export type AbnormalFrom = 'critical' | 'warning' | 'never';

/** Which problems of the box make its host abnormal (B14). */
export interface BoxRule {
  /** What an operator calls it: the key of an override. */
  item: string;
  /** Kinds of parts, as the exporter names them. */
  kinds?: readonly string[];
  /** Names of problems, as the exporter gives them; absent: every problem of these kinds. */
  problems?: RegExp;
  abnormalFrom: AbnormalFrom;
}

/** The defaults, as a table: the first row that a problem meets decides. */
export const BOX_RULES: readonly BoxRule[] = [
  { item: 'bmc', kinds: ['bmc'], abnormalFrom: 'never' },
  { item: 'temperature', problems: /^temperature-|^throttled$/, abnormalFrom: 'critical' },
  { item: 'voltage', problems: /^(voltage|current|power)-/, abnormalFrom: 'critical' },
  { item: 'fan', kinds: ['fan'], abnormalFrom: 'critical' },
  { item: 'psu', kinds: ['psu'], abnormalFrom: 'critical' },
  { item: 'memory', kinds: ['dimm'], abnormalFrom: 'critical' },
  { item: 'memory', problems: /memory-errors$/, abnormalFrom: 'critical' },
  { item: 'disk', kinds: ['disk', 'raid'], abnormalFrom: 'critical' },
  { item: 'nic', kinds: ['nic', 'bond'], abnormalFrom: 'critical' },
  { item: 'pcie', kinds: ['pcie-device'], abnormalFrom: 'critical' },
  { item: 'cpu', kinds: ['cpu'], abnormalFrom: 'critical' },
  { item: 'other', abnormalFrom: 'critical' },
];

/** The rules with other severities for some items. */
export function boxRulesWith(overrides: Readonly<Partial<Record<string, AbnormalFrom>>>): BoxRule[] {
  return BOX_RULES.map((rule) => ({ ...rule, abnormalFrom: overrides[rule.item] ?? rule.abnormalFrom }));
}

/** The row that decides about a problem, or about a part that is lost. */
export function boxRuleFor(rules: readonly BoxRule[], kind: string, problem: string): BoxRule | undefined {
  return rules.find(({ kinds, problems }) => kinds?.includes(kind) !== false && problems?.test(problem) !== false);
}
