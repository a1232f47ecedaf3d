import type { NetworkType } from '@faultline/contracts';
import { XMLParser } from 'fast-xml-parser';
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
export const METADATA_NAMESPACE = 'https://faultline.dev/ns/domain/1';

/** More than any guest has; what a hostile definition has beyond is left out. */
export const MAX_NICS = 16;

const LISTS = new Set(['domain.devices.interface']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  isArray: (_name, path) => LISTS.has(String(path)),
});

type Element = Record<string, unknown>;

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
 * @throws Error when the text is not XML
 */
export function domainNetworks(xml: string): DomainNetworks {
  const domain = elementOf((parser.parse(xml) as Element)['domain']);
  const recorded = guestMetadata(elementOf(domain['metadata']));
  const records = new Map(
    listOf(recorded.children('interface')).map((record) => [textOf(record['@mac'])?.toLowerCase(), record]),
  );
  const interfaces = listOf(elementOf(domain['devices'])['interface']);
  const nics = interfaces.flatMap((each): DomainNic[] => {
    const mac = textOf(elementOf(each['mac'])['@address'])?.toLowerCase();
    if (mac === undefined || !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) return [];
    const source = elementOf(each['source']);
    const record = records.get(mac) ?? {};
    const type = textOf(record['@type']);
    return [
      {
        mac,
        bridge: textOf(source['@bridge']) ?? null,
        network: textOf(source['@network']) ?? null,
        portgroup: textOf(source['@portgroup']) ?? null,
        ip: addressOf(record['@ip']),
        gateway: addressOf(record['@gateway']),
        type: type === 'intranet' || type === 'extranet' ? type : null,
      },
    ];
  });
  const distinct = [...new Map(nics.map((nic) => [nic.mac, nic])).values()];
  return { nics: distinct.slice(0, MAX_NICS), external: addressOf(recorded.element['@external']) };
}

/** The element `guest` of our namespace, whatever prefix it is written with. */
function guestMetadata(metadata: Element): { element: Element; children: (name: string) => unknown } {
  for (const [name, value] of Object.entries(metadata)) {
    const [, prefix = '', local] = /^(?:([^:]+):)?([^:]+)$/.exec(name) ?? [];
    const declaration = prefix === '' ? '@xmlns' : `@xmlns:${prefix}`;
    const element = listOf(value).find((each) => local === 'guest' && each[declaration] === METADATA_NAMESPACE);
    if (element === undefined) continue;
    return { element, children: (child) => element[prefix === '' ? child : `${prefix}:${child}`] };
  }
  return { element: {}, children: () => undefined };
}

function elementOf(value: unknown): Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : {};
}

function listOf(value: unknown): Element[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (each): each is Element => typeof each === 'object' && each !== null,
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function addressOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== undefined && isPingable(text) ? text : null;
}
