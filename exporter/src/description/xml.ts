import { XMLParser } from 'fast-xml-parser';
import { cutText } from '../cut-text.ts';

/** A domain's XML is some kilobytes; libvirt lets a message be 4 MiB. What is larger is nobody's domain. */
const MAX_XML_CHARACTERS = 1_048_576;
/** What ends up as a label. A path may be long, a serial is not. */
const MAX_TEXT_CHARACTERS = 1024;

const TEXT = '#text';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: TEXT,
  // A serial 007 stays 007.
  parseTagValue: false,
  parseAttributeValue: false,
});

/** One element as the parser gives it: attributes under `@name`, text under `#text`, elements under their names. */
export type XmlElement = Readonly<Record<string, unknown>>;

const NOTHING: XmlElement = {};

/**
 * The document's elements.
 *
 * @throws Error when the text is not XML, too large, or brings entities of its own: libvirt writes its XML anew and never has any
 */
export function parseXml(xml: string): XmlElement {
  if (xml.length > MAX_XML_CHARACTERS)
    throw new Error(`XML of ${xml.length} characters; at most ${MAX_XML_CHARACTERS}`);
  if (xml.includes('<!DOCTYPE')) throw new Error('XML with a document type of its own');
  return elementOf(parser.parse(xml));
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

/** An attribute's value; empty where there is none. */
export function attribute(element: XmlElement, name: string): string {
  return bounded(element[`@${name}`]);
}

/** The text inside an element; empty where there is none. */
export function text(element: XmlElement): string {
  return bounded(element[TEXT]);
}

/** The parser writes an element without attributes and children as its text. */
function elementOf(value: unknown): XmlElement {
  if (typeof value === 'object' && value !== null) return value as XmlElement;
  return typeof value === 'string' && value !== '' ? { [TEXT]: value } : NOTHING;
}

function bounded(value: unknown): string {
  return typeof value === 'string' ? cutText(value, MAX_TEXT_CHARACTERS) : '';
}
