import { EVIDENCE_CHANNELS, type Evidence, type EvidenceChannel, type Verdict } from '@faultline/contracts';
import { valueOf, type Findings } from './findings.ts';
import { RULES, type Rule } from './rules.ts';

/** By how much each further channel makes it surer, or less sure. */
const STEP = 0.05;
const SUREST = 0.99;
const LEAST_SURE = 0.05;

type Diagnosis = Pick<Verdict, 'fault' | 'rule' | 'cause' | 'confidence' | 'recommended' | 'evidence'>;

/** Where no row is met: nothing is claimed. */
const NOTHING_MET: Rule = {
  name: 'not-decided',
  when: {},
  fault: 'undetermined',
  cause: 'what is known does not decide',
  confidence: LEAST_SURE,
  recommended: 'wait',
};

/** From evidence to a verdict: the first row of the table that is met, and how every channel stands to it. Pure. */
export function diagnose(findings: Findings, rules: readonly Rule[] = RULES): Diagnosis {
  const rule = rules.find(({ when }) => isMet(when, findings)) ?? NOTHING_MET;
  const evidence = EVIDENCE_CHANNELS.map((channel) => evidenceOf(channel, findings, rule));
  const further = Object.keys(rule.expects ?? {});
  const steps = evidence
    .filter(({ channel }) => further.includes(channel))
    .reduce((sum, { speaks }) => sum + (speaks === 'for' ? STEP : speaks === 'against' ? -STEP : 0), 0);
  const confidence = Math.min(SUREST, Math.max(LEAST_SURE, rule.confidence + steps));
  const { name, fault, cause, recommended } = rule;
  return { fault, rule: name, cause, confidence: Math.round(confidence * 100) / 100, recommended, evidence };
}

const accepted = (pattern: Rule['when'], channel: EvidenceChannel): readonly string[] | undefined => pattern[channel];

const isMet = (when: Rule['when'], findings: Findings): boolean =>
  EVIDENCE_CHANNELS.every((channel) => accepted(when, channel)?.includes(findings[channel].finding) ?? true);

function evidenceOf(channel: EvidenceChannel, findings: Findings, { when, expects = {} }: Rule): Evidence {
  const { finding, text, at } = findings[channel];
  const value = valueOf(channel, finding);
  const wanted = accepted(when, channel) ?? accepted(expects, channel);
  const isWanted = wanted?.includes(finding) ?? false;
  const speaks = isWanted ? 'for' : wanted === undefined || value === 'unknown' ? 'neither' : 'against';
  return { channel, value, finding, text, at, speaks };
}
