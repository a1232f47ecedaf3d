import type { HostFinding, HostJudgement } from '@faultline/contracts';
import type { ExternalFact, HardwareFact, HostFacts, ServiceFact } from './facts.ts';
import { BOX_RULES, boxRuleFor, type BoxRule } from './box-rules.ts';

/** More are not kept of one cycle: those that decide come first. */
const MAX_FINDINGS = 50;

/**
 * The state of a host in one cycle, of that cycle's facts alone (B2, B4). The box decides it (B11): what is outside of it and its
 * services are judged by rules of their own (B9, B10), and are only told of here. Nothing known of the box is `unknown`, never `normal`.
 */
export function judgeHost(facts: HostFacts, rules: readonly BoxRule[] = BOX_RULES): HostJudgement {
  const box = (facts.hardware ?? []).flatMap((part) => findingsOfPart(part, rules));
  const isAbnormal = box.some(({ decides }) => decides);
  const isKnown = facts.hardware?.some(({ health }) => health !== 'unknown') ?? false;
  const findings = [
    ...box.filter(({ decides }) => decides),
    ...box.filter(({ decides }) => !decides),
    ...(facts.external ?? []).flatMap(findingOfPath),
    ...(facts.services ?? []).flatMap(findingOfService),
  ];
  return {
    state: isAbnormal ? 'abnormal' : isKnown ? 'normal' : 'unknown',
    findings: findings.slice(0, MAX_FINDINGS),
  };
}

function findingsOfPart(part: HardwareFact, rules: readonly BoxRule[]): HostFinding[] {
  const { kind, id, problems = [] } = part;
  const found = problems.map(({ problem, severity, sensor }): HostFinding => {
    const from = boxRuleFor(rules, kind, problem)?.abnormalFrom ?? 'never';
    const decides = from === 'warning' || (from === 'critical' && severity === 'critical');
    return { part: 'box', kind, id, finding: problem, severity, decides, ...(sensor !== undefined && { sensor }) };
  });
  const loss = lossOf(part);
  if (loss === null) return found;
  const { finding, isLostToVms } = loss;
  const decides = isLostToVms && boxRuleFor(rules, kind, finding)?.abnormalFrom !== 'never';
  const severity = isLostToVms ? 'critical' : 'warning';
  return [...found, { part: 'box', kind, id, finding, severity, decides }];
}

/** The table of B15: what the operating system lost is lost to the VMs; what only the BMC lost is the management's trouble. */
function lossOf({ inBand, outOfBand }: HardwareFact): { finding: string; isLostToVms: boolean } | null {
  if (inBand === false) {
    const finding = outOfBand === true ? 'lost-in-band' : 'lost';
    return { finding: outOfBand === undefined ? 'lost-in-band' : finding, isLostToVms: true };
  }
  return outOfBand === false ? { finding: 'lost-out-of-band', isLostToVms: false } : null;
}

function findingOfPath({ kind, id, name, state, shared }: ExternalFact): HostFinding[] {
  if (state === 'up' || state === 'unknown') return [];
  const severity = state === 'down' ? 'critical' : 'warning';
  const called = name === '' ? {} : { sensor: name };
  return [
    {
      ...{ part: 'external', kind, id, finding: state, severity, decides: false },
      ...called,
      ...(shared === true && { shared }),
    },
  ];
}

function findingOfService({ service, role = '', ok }: ServiceFact): HostFinding[] {
  if (ok !== false) return [];
  return [{ part: 'service', kind: role, id: service, finding: 'not-active', severity: 'critical', decides: false }];
}

/** What decided, in one line: `dimm A1 uncorrected-memory-errors, fan 3 lost`. */
export function reasonsOf({ findings }: HostJudgement): string {
  return findings
    .filter(({ decides }) => decides)
    .map(({ kind, id, finding, sensor }) => `${kind} ${id} ${finding}${sensor === undefined ? '' : ` (${sensor})`}`)
    .join(', ')
    .slice(0, MAX_REASONS);
}

const MAX_REASONS = 1000;
