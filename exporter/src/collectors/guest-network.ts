import { METRICS, type PingResult } from '@faultline/contracts';
import { defineCollector, DOMAIN_LABELS, gauge, sampleOf } from './collector.ts';
import { guestsOf } from './guest-agent.ts';

/** What a ping says: 1 or 0 where it says something of the network, and nothing otherwise (D11, D15a). */
function reached(result: PingResult): number | undefined {
  if (result === 'ok') return 1;
  return result === 'abnormal' || result === 'expected' ? 0 : undefined;
}

export const guestNetwork = defineCollector({
  name: 'guest_network',
  source: 'guests',
  stats: [],
  metrics: {
    external: gauge(
      'faultline_guest_external_reachable',
      'Whether the guest reached the external address in the latest round.',
      DOMAIN_LABELS,
    ),
    intranetOnly: gauge(
      'faultline_guest_intranet_only',
      'Whether all NICs of the guest are recorded as intranet: then it need not reach the outside.',
      DOMAIN_LABELS,
    ),
    nic: gauge(METRICS.guestNicInfo, 'A NIC of the guest, with what is recorded or known of it; always 1.', [
      ...DOMAIN_LABELS,
      'mac',
      'ip',
      'gateway',
      'type',
    ]),
    gateway: gauge(
      'faultline_guest_gateway_reachable',
      'Whether the guest reached the gateway of this NIC in the latest round.',
      [...DOMAIN_LABELS, 'mac'],
    ),
    confirmed: gauge(
      'faultline_guest_nic_address_confirmed',
      'Whether the guest has the address that is recorded for this NIC.',
      [...DOMAIN_LABELS, 'mac'],
    ),
  },
  parse: (snapshot) =>
    guestsOf(snapshot).flatMap(({ guest, labels }) => {
      const { nics, external } = guest;
      const isIntranetOnly = nics.length > 0 && nics.every(({ type }) => type === 'intranet');
      return [
        ...sampleOf('external', labels, reached(external.result)),
        ...sampleOf('intranetOnly', labels, nics.length > 0 ? Number(isIntranetOnly) : undefined),
        ...nics.flatMap(({ mac, ip, type, gateway, addressConfirmed }) => [
          ...sampleOf('nic', { ...labels, mac, ip: ip ?? '', gateway: gateway.address ?? '', type: type ?? '' }, 1),
          ...sampleOf('gateway', { ...labels, mac }, reached(gateway.result)),
          ...sampleOf(
            'confirmed',
            { ...labels, mac },
            addressConfirmed === null ? undefined : Number(addressConfirmed),
          ),
        ]),
      ];
    }),
});
