import * as xml from '@faultline/domain-xml';
import { cutText } from '../cut-text.ts';

export { child, children, parseXml, type XmlElement } from '@faultline/domain-xml';

/** What ends up as a label. A path may be long, a serial is not. */
const MAX_TEXT_CHARACTERS = 1024;

/** An attribute's value, bounded; empty where there is none. */
export function attribute(element: xml.XmlElement, name: string): string {
  return cutText(xml.attribute(element, name) ?? '', MAX_TEXT_CHARACTERS);
}

/** The text inside an element, bounded; empty where there is none. */
export function text(element: xml.XmlElement): string {
  return cutText(xml.text(element) ?? '', MAX_TEXT_CHARACTERS);
}
