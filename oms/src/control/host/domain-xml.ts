import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';

/** A domain's XML is some kilobytes; libvirt lets a message be 4 MiB. What is larger is nobody's domain. */
const MAX_CHARACTERS = 1_048_576;
const TEXT = '#text';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: TEXT,
  // A serial 007 stays 007.
  parseTagValue: false,
  parseAttributeValue: false,
});

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

/** One element as the parser gives it: attributes under `@name`, text under `#text`, elements under their names. */
type Element = Readonly<Record<string, unknown>>;

/**
 * Reads the XML of one domain; nothing outside of it is looked at.
 *
 * @throws DomainXmlError when it is not well-formed, too large, has a document type, or is not one named `<domain>`
 */
export function readDomainXml(xml: string): DomainDescription {
  if (xml.length > MAX_CHARACTERS) throw new DomainXmlError(`it has more than ${MAX_CHARACTERS} characters`);
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new DomainXmlError('it has a document type of its own');
  const document = parse(xml);
  const [domain, ...more] = children(document, 'domain');
  if (domain === undefined || more.length > 0 || elementNames(document).length > 1) {
    throw new DomainXmlError('it is not one <domain>');
  }
  const name = textOf(domain, 'name');
  if (name === undefined) throw new DomainXmlError('it has no <name>');
  return {
    name,
    uuid: textOf(domain, 'uuid')?.toLowerCase(),
    disks: children(child(domain, 'devices'), 'disk').map(diskOf),
  };
}

/** The parser by itself takes what is not well-formed, too. */
function parse(xml: string): unknown {
  try {
    SyntaxValidator.validate(xml);
    return parser.parse(xml);
  } catch (error) {
    throw new DomainXmlError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function diskOf(disk: Element): DomainDisk {
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

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null;

/** Of the elements of a document, without its `<?xml?>`. */
const elementNames = (document: unknown): string[] =>
  isElement(document) ? Object.keys(document).filter((name) => !name.startsWith('?')) : [];

function children(parent: unknown, name: string): Element[] {
  const found = isElement(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]).map(asElement);
}

const child = (parent: unknown, name: string): Element => children(parent, name)[0] ?? {};

/** The parser writes an element without attributes and children as its text. */
const asElement = (value: unknown): Element => (isElement(value) ? value : { [TEXT]: value });

function attribute(element: Element, name: string): string | undefined {
  const value = Object.hasOwn(element, `@${name}`) ? element[`@${name}`] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function textOf(parent: Element, name: string): string | undefined {
  const value = child(parent, name)[TEXT];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };

/** Text for the inside of an XML element or attribute. */
export const escapeXml = (text: string): string => text.replaceAll(/[&<>'"]/g, (found) => ENTITIES[found] ?? found);
