import { attribute, child, text, type XmlElement } from './xml.ts';

const NOVA = 'http://openstack.org/xmlns/libvirt/nova/';

/** An element of `<metadata>`, whose children share its prefix. */
export interface MetadataElement {
  element: XmlElement;
  /** How names of its namespace begin in this document: `nova:`, or empty. */
  prefix: string;
}

/** The child of `<metadata>` with that local name in a namespace that begins so. libvirt declares it on the element itself. */
export function metadataElement(metadata: XmlElement, namespace: string, name: string): MetadataElement | null {
  for (const key of Object.keys(metadata)) {
    const at = key.indexOf(':');
    if (key.slice(at + 1) !== name) continue;
    const element = child(metadata, key);
    const declared = attribute(element, at < 0 ? 'xmlns' : `xmlns:${key.slice(0, at)}`);
    if (declared.startsWith(namespace)) return { element, prefix: key.slice(0, at + 1) };
  }
  return null;
}

/** What OpenStack Nova writes about an instance. An empty string is "not in the XML". */
export interface OpenstackInstance {
  name: string;
  flavor: string;
  userName: string;
  userId: string;
  projectName: string;
  projectId: string;
}

/** Null for a domain that Nova did not make. */
export function openstackInstance(metadata: XmlElement): OpenstackInstance | null {
  const nova = metadataElement(metadata, NOVA, 'instance');
  if (nova === null) return null;
  const of = (parent: XmlElement, name: string): XmlElement => child(parent, `${nova.prefix}${name}`);
  const owner = of(nova.element, 'owner');
  const [user, project] = [of(owner, 'user'), of(owner, 'project')];
  return {
    name: text(of(nova.element, 'name')),
    flavor: attribute(of(nova.element, 'flavor'), 'name'),
    userName: text(user),
    userId: attribute(user, 'uuid'),
    projectName: text(project),
    projectId: attribute(project, 'uuid'),
  };
}
