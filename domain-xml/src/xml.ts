import { XMLParser } from 'fast-xml-parser';

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

/** Thrown for a text that is not read: too large, with a document type of its own, or no XML. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly code = 'xml-invalid';
}

/** One element as the parser gives it: attributes under `@name`, text under `#text`, elements under their names. */
export type XmlElement = Readonly<Record<string, unknown>>;

const NOTHING: XmlElement = {};

/**
 * The document as an element that holds its root. Whether all of it is well-formed is not looked at: libvirt writes its XML anew, and
 * what others write is to be validated first.
 *
 * @throws XmlError when the text is too large, brings entities of its own (which libvirt never has), or cannot be parsed
 */
export function parseXml(xml: string): XmlElement {
  if (xml.length > MAX_CHARACTERS) throw new XmlError(`it has more than ${MAX_CHARACTERS} characters`);
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new XmlError('it has a document type of its own');
  try {
    return elementOf(parser.parse(xml));
  } catch (error) {
    throw new XmlError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Of the elements of a document, without its `<?xml?>`. */
export function elementNames(document: XmlElement): string[] {
  return Object.keys(document).filter((name) => !name.startsWith('?'));
}

/** Every child of that name, in the order of the document. */
export function children(parent: XmlElement, name: string): XmlElement[] {
  const found = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (found === undefined) return [];
  return Array.isArray(found) ? found.map(elementOf) : [elementOf(found)];
}

/** The first child of that name, or an empty element: so that a path can be followed that is not there. */
export function child(parent: XmlElement, name: string): XmlElement {
  return children(parent, name)[0] ?? NOTHING;
}

/** An attribute's value; undefined where there is none. */
export function attribute(element: XmlElement, name: string): string | undefined {
  return textAt(element, `@${name}`);
}

/** The text inside an element; undefined where there is none. */
export function text(element: XmlElement): string | undefined {
  return textAt(element, TEXT);
}

function textAt(element: XmlElement, key: string): string | undefined {
  const value = Object.hasOwn(element, key) ? element[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The parser writes an element without attributes and children as its text. */
function elementOf(value: unknown): XmlElement {
  if (typeof value === 'object' && value !== null) return value as XmlElement;
  return typeof value === 'string' && value !== '' ? { [TEXT]: value } : NOTHING;
}
