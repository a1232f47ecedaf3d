import { attribute, child, children, elementNames, parseXml, text, type XmlElement } from '@faultline/domain-xml';
import { SyntaxValidator } from 'fast-xml-validator';

/** Thrown for a text that is not the XML of one domain. */
export class DomainXmlError extends Error {
  override readonly name = 'DomainXmlError';
  readonly code = 'domain-xml-invalid';
}

/** A disk of a domain, as far as the control side cares. */
export interface DomainDisk {
  /** As the guest's bus names it: `vda`. */
  target: string;
  /** `file`, `block`, `network`, `volume`, ... */
  type: string;
  device: string;
  /** Of a file or a block device. */
  path: string | undefined;
  format: string;
  /** The guest may write it, and is alone with it. */
  writable: boolean;
}

/** What is read of a domain's XML. */
export interface DomainDescription {
  name: string;
  /** Lower case; undefined where the XML leaves it to libvirt. */
  uuid: string | undefined;
  disks: DomainDisk[];
}

/**
 * Reads the XML of one domain; nothing outside of it is looked at.
 *
 * @throws DomainXmlError when it is not well-formed, too large, has a document type, or is not one named `<domain>`
 */
export function readDomainXml(xml: string): DomainDescription {
  const document = parsed(xml);
  const [domain, ...more] = children(document, 'domain');
  if (domain === undefined || more.length > 0 || elementNames(document).length > 1) {
    throw new DomainXmlError('it is not one <domain>');
  }
  const name = text(child(domain, 'name')) ?? '';
  if (name === '') throw new DomainXmlError('it has no <name>');
  return {
    name,
    uuid: text(child(domain, 'uuid'))?.toLowerCase(),
    disks: children(child(domain, 'devices'), 'disk').map(diskOf),
  };
}

/** Bounds first; and the parser by itself takes what is not well-formed, too. */
function parsed(xml: string): XmlElement {
  try {
    const document = parseXml(xml);
    SyntaxValidator.validate(xml);
    return document;
  } catch (error) {
    throw new DomainXmlError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function diskOf(disk: XmlElement): DomainDisk {
  const source = child(disk, 'source');
  return {
    target: attribute(child(disk, 'target'), 'dev') ?? '',
    type: attribute(disk, 'type') ?? 'file',
    device: attribute(disk, 'device') ?? 'disk',
    path: attribute(source, 'file') ?? attribute(source, 'dev'),
    format: attribute(child(disk, 'driver'), 'type') ?? 'raw',
    writable: !Object.hasOwn(disk, 'readonly') && !Object.hasOwn(disk, 'shareable'),
  };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };

/** Text for the inside of an XML element or attribute. */
export const escapeXml = (text: string): string => text.replaceAll(/[&<>'"]/g, (found) => ENTITIES[found] ?? found);
