import { defineAlarmRule, type Finding } from '../rule.ts';

/** The guest does not reach the outside, and should (D7, D19). What cannot be told raises nothing and clears nothing. */
export function guestExternalAbnormal(rounds: number) {
  return defineAlarmRule({
    condition: 'guest-external-abnormal',
    name: 'Guest without external network',
    category: 'communications',
    level: 'major',
    judge: ({ host, domain, guest }): { finding?: Finding } => {
      if (domain === undefined) return {};
      if (domain.id < 0) return { finding: { status: 'absent' } };
      if (guest === undefined || guest.suppressed !== null) return {};
      const { external, inARow, os, nics } = guest;
      if (['ok', 'expected', 'not-configured'].includes(external.result)) return { finding: { status: 'absent' } };
      if (external.result !== 'abnormal' || inARow.external < rounds) return {};
      const address = external.address ?? '';
      return {
        finding: {
          status: 'present',
          cause: `the guest does not reach ${address}`,
          details: {
            host,
            address,
            os,
            exit: String(external.exitCode),
            said: external.text,
            rounds: String(inARow.external),
            gateways: nics.map(({ gateway }) => `${gateway.address ?? 'none'}: ${gateway.result}`).join(', '),
          },
          again: false,
        },
      };
    },
  });
}
