import type { HostFinding, HostJudgement } from '@faultline/contracts';

const told = (findings: readonly HostFinding[]): string =>
  findings.map(({ kind, id, finding }) => `${kind} ${id} ${finding}`.trim()).join(', ');

/** The box, the ways out of it and its services as the last cycle found them, in a line; undefined where hosts were not judged. */
export function hardwareText(judgement: HostJudgement | null | undefined): string | undefined {
  if (!judgement) {
    return undefined;
  }
  const { state, findings } = judgement;
  const because = told(findings.filter(({ decides }) => decides));
  const also = told(findings.filter(({ decides }) => !decides));
  const text = state === 'unknown' ? 'nothing is known of it' : because === '' ? state : `${state}: ${because}`;
  return also === '' ? text : `${text}; also ${also}`;
}
