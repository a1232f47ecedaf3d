import type { AgentState, GuestNic, GuestPing, GuestVerdict } from '@faultline/contracts';

/** What a verdict is made of. */
export interface Findings {
  agent: AgentState;
  external: GuestPing;
  nics: readonly GuestNic[];
}

/**
 * D17. What failed for certain comes first; a missing tool or an unknown result is never taken for a failure (D11), and never for
 * success. A gateway that does not answer while the outside does is reported as it is: it may filter ICMP.
 */
export function verdictOf({ agent, external, nics }: Findings): GuestVerdict {
  if (agent === 'unknown' || agent === 'frozen') return 'unknown';
  if (agent !== 'answering') return 'agent-unavailable';
  const gateways = nics.map(({ gateway }) => gateway.result);
  const isExternalAbnormal = external.result === 'abnormal';
  const isGatewayAbnormal = gateways.includes('abnormal');
  if (isExternalAbnormal) return isGatewayAbnormal ? 'both-abnormal' : 'external-abnormal';
  if (isGatewayAbnormal) return 'gateway-abnormal';
  const all = [external.result, ...gateways];
  if (all.includes('tool-missing')) return 'tool-missing';
  return all.includes('ok') && !all.includes('unknown') ? 'ok' : 'unknown';
}

/**
 * D19: a VM whose NICs are all known to be of the intranet is asked for the outside all the same, and its failure is what is
 * expected. One NIC of unknown type, and it is not.
 */
export function expectedIfIntranetOnly(external: GuestPing, nics: readonly GuestNic[]): GuestPing {
  const isIntranetOnly = nics.length > 0 && nics.every(({ type }) => type === 'intranet');
  return isIntranetOnly && external.result === 'abnormal' ? { ...external, result: 'expected' } : external;
}
