import { defineAlarmRule, type Finding } from '../rule.ts';

/** The guest does not reach the gateway of one of its NICs, of whichever type (D9, D10). */
export function guestGatewayAbnormal(rounds: number) {
  return defineAlarmRule({
    condition: 'guest-gateway-abnormal',
    name: 'Guest without gateway',
    category: 'communications',
    level: 'major',
    judge: ({ host, domain, guest }): { finding?: Finding } => {
      if (domain === undefined) return {};
      if (domain.id < 0) return { finding: { status: 'absent' } };
      if (guest === undefined || guest.suppressed !== null) return {};
      const { nics, inARow, os, external } = guest;
      const lost = nics.filter(({ gateway }) => gateway.result === 'abnormal');
      if (lost.length === 0) {
        const isSound = nics.every(({ gateway }) => gateway.result === 'ok' || gateway.result === 'not-configured');
        return isSound && guest.agent === 'answering' ? { finding: { status: 'absent' } } : {};
      }
      if (inARow.gateway < rounds) return {};
      const addresses = lost.map(({ gateway }) => gateway.address ?? '').join(', ');
      return {
        finding: {
          status: 'present',
          cause: `the guest does not reach its gateway ${addresses}`,
          details: {
            host,
            nics: lost
              .map(({ mac, ip, type }) => `${mac} ${ip ?? 'no address'} ${type ?? 'type not known'}`)
              .join(', '),
            gateways: addresses,
            os,
            exit: lost.map(({ gateway }) => String(gateway.exitCode)).join(', '),
            said: lost.map(({ gateway }) => gateway.text).join('\n'),
            external: external.result,
            rounds: String(inARow.gateway),
          },
          again: false,
        },
      };
    },
  });
}
