import type { NetworkType } from '@faultline/contracts';
import { metadataElement } from '../description/metadata.ts';
import { attribute, child, children, parseXml } from '../description/xml.ts';
import { isPingable } from './ping.ts';

/**
 * Namespace of what is recorded of a VM's network in its domain XML:
 *
 *     <metadata>
 *       <faultline:guest xmlns:faultline="https://faultline.dev/ns/domain/1" external="192.0.2.1">
 *         <faultline:interface mac="52:54:00:00:00:01" type="intranet" gateway="10.0.0.1" ip="10.0.0.5"/>
 *       </faultline:guest>
 *     </metadata>
 */
const METADATA_NAMESPACE = 'https://faultline.dev/ns/domain/1';

/** More than any guest has; what a hostile definition has beyond is left out. */
export const MAX_NICS = 16;

/** What the platform knows of a NIC: its place, and what the metadata records for it. Null: not recorded. */
export interface DomainNic {
  mac: string;
  bridge: string | null;
  network: string | null;
  portgroup: string | null;
  ip: string | null;
  gateway: string | null;
  type: NetworkType | null;
}

export interface DomainNetworks {
  nics: DomainNic[];
  /** The address that this VM reaches the outside by, instead of the configured one. */
  external: string | null;
}

/**
 * The NICs in a domain's XML (D3), with what is recorded for them in the metadata, by their MACs. A record that cannot be used
 * (no address, another type) counts as not recorded.
 *
 * @throws Error when the text is not XML that libvirt would write
 */
export function domainNetworks(xml: string): DomainNetworks {
  const domain = child(parseXml(xml), 'domain');
  const guest = metadataElement(child(domain, 'metadata'), METADATA_NAMESPACE, 'guest');
  const records = new Map(
    guest === null
      ? []
      : children(guest.element, `${guest.prefix}interface`).map((record) => [
          attribute(record, 'mac').toLowerCase(),
          record,
        ]),
  );
  const nics = new Map<string, DomainNic>();
  for (const element of children(child(domain, 'devices'), 'interface')) {
    const mac = attribute(child(element, 'mac'), 'address').toLowerCase();
    if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) continue;
    const source = child(element, 'source');
    const record = records.get(mac) ?? {};
    const type = attribute(record, 'type');
    nics.set(mac, {
      mac,
      bridge: attribute(source, 'bridge') || null,
      network: attribute(source, 'network') || null,
      portgroup: attribute(source, 'portgroup') || null,
      ip: addressOf(attribute(record, 'ip')),
      gateway: addressOf(attribute(record, 'gateway')),
      type: type === 'intranet' || type === 'extranet' ? type : null,
    });
  }
  return {
    nics: [...nics.values()].slice(0, MAX_NICS),
    external: guest === null ? null : addressOf(attribute(guest.element, 'external')),
  };
}

function addressOf(text: string): string | null {
  return isPingable(text) ? text : null;
}
