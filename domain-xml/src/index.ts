export { attribute, child, children, elementNames, parseXml, text, XmlError, type XmlElement } from './xml.ts';
