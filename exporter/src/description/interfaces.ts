import { attribute, child, children, type XmlElement } from './xml.ts';

/** One `<interface>` of a domain. An empty string is "not in the XML". */
export interface InterfaceDescription {
  /** What it is connected to: `bridge`, `network`, `direct`, `user`, `ethernet`, ... */
  type: string;
  /** Lower case, as in the guest. */
  mac: string;
  /** The bridge; of an interface on a libvirt network, the one that it was put on when the domain started. */
  sourceBridge: string;
  /** libvirt's network, for type `network`. */
  sourceNetwork: string;
  /** The host's device, for type `direct`. */
  sourceDevice: string;
  /** The device on the host's side (`vnet0`): a running domain's only, and the name that statistics go by. */
  targetDevice: string;
  model: string;
  mtu: string;
  /** The id that Open vSwitch and OpenStack know the port by. */
  virtualPort: string;
  /** `up` or `down`, where it is set. */
  link: string;
  /** The name of the device in libvirt, such as `net0` or one of the user's. */
  alias: string;
}

export function interfacesOf(devices: XmlElement): InterfaceDescription[] {
  return children(devices, 'interface').map((element) => {
    const source = child(element, 'source');
    return {
      type: attribute(element, 'type'),
      mac: attribute(child(element, 'mac'), 'address').toLowerCase(),
      sourceBridge: attribute(source, 'bridge'),
      sourceNetwork: attribute(source, 'network'),
      sourceDevice: attribute(source, 'dev'),
      targetDevice: attribute(child(element, 'target'), 'dev'),
      model: attribute(child(element, 'model'), 'type'),
      mtu: attribute(child(element, 'mtu'), 'size'),
      virtualPort: attribute(child(child(element, 'virtualport'), 'parameters'), 'interfaceid'),
      link: attribute(child(element, 'link'), 'state'),
      alias: attribute(child(element, 'alias'), 'name'),
    };
  });
}
