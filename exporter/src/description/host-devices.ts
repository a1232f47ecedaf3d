import { attribute, child, children, type XmlElement } from './xml.ts';

/** One device of the host that a domain is given, by what sysfs calls it. */
export type HostDeviceDescription =
  | { type: 'pci'; address: string }
  | { type: 'mdev'; uuid: string }
  /** By vendor and product (four hexadecimal digits each), by place, or by both: a running domain's XML has both. */
  | { type: 'usb'; vendor: string; product: string; bus: number | null; device: number | null };

/** `<hostdev>` and `<interface type='hostdev'>` of a domain. What sysfs does not list, such as a SCSI device, is not among them. */
export function hostDevicesOf(devices: XmlElement): HostDeviceDescription[] {
  const given = children(devices, 'hostdev').flatMap((element) => {
    const source = child(element, 'source');
    switch (attribute(element, 'type')) {
      case 'pci':
        return pciDevice(source);
      case 'usb':
        return usbDevice(source);
      case 'mdev':
        return mdevDevice(source);
      default:
        return [];
    }
  });
  const cards = children(devices, 'interface')
    .filter((element) => attribute(element, 'type') === 'hostdev')
    .flatMap((element) => pciDevice(child(element, 'source')));
  return [...given, ...cards];
}

function pciDevice(source: XmlElement): HostDeviceDescription[] {
  const address = child(source, 'address');
  const [domain, bus, slot, fn] = ['domain', 'bus', 'slot', 'function'].map((name) =>
    numberIn(attribute(address, name)),
  );
  if (bus == null || slot == null || fn == null) return [];
  return [{ type: 'pci', address: `${hex(domain ?? 0, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn}` }];
}

function usbDevice(source: XmlElement): HostDeviceDescription[] {
  const [vendor, product] = ['vendor', 'product'].map((name) => numberIn(attribute(child(source, name), 'id')));
  const address = child(source, 'address');
  const [bus, device] = ['bus', 'device'].map((name) => numberIn(attribute(address, name)));
  const isNamed = vendor != null && product != null;
  if (!isNamed && (bus == null || device == null)) return [];
  return [
    {
      type: 'usb',
      vendor: isNamed ? hex(vendor, 4) : '',
      product: isNamed ? hex(product, 4) : '',
      bus: bus ?? null,
      device: device ?? null,
    },
  ];
}

function mdevDevice(source: XmlElement): HostDeviceDescription[] {
  const uuid = attribute(child(source, 'address'), 'uuid').toLowerCase();
  return uuid === '' ? [] : [{ type: 'mdev', uuid }];
}

/** libvirt writes `0x0a`, and for USB addresses `10`. */
function numberIn(text: string): number | null {
  return /^(0x[0-9a-f]{1,8}|\d{1,9})$/i.test(text) ? Number(text) : null;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
