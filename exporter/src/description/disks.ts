import { attribute, child, children, text, type XmlElement } from './xml.ts';

/** The limits of `<iotune>` (virDomainSetBlockIoTune) by libvirt's names; what is not set is not limited. */
export const LIMITS = [
  'total_bytes_sec',
  'read_bytes_sec',
  'write_bytes_sec',
  'total_iops_sec',
  'read_iops_sec',
  'write_iops_sec',
  'total_bytes_sec_max',
  'read_bytes_sec_max',
  'write_bytes_sec_max',
  'total_iops_sec_max',
  'read_iops_sec_max',
  'write_iops_sec_max',
  'total_bytes_sec_max_length',
  'read_bytes_sec_max_length',
  'write_bytes_sec_max_length',
  'total_iops_sec_max_length',
  'read_iops_sec_max_length',
  'write_iops_sec_max_length',
  'size_iops_sec',
] as const;

export type Limit = (typeof LIMITS)[number];

/** One `<disk>` of a domain. An empty string is "not in the XML". */
export interface DiskDescription {
  /** What the guest sees: `disk`, `cdrom`, `floppy`, `lun`. */
  device: string;
  /** What is behind it: `file`, `block`, `network`, `volume`, ... */
  type: string;
  /** `vda`: the name that statistics go by. */
  targetDevice: string;
  targetBus: string;
  driverName: string;
  /** The image's format, such as `qcow2`. */
  driverType: string;
  driverCache: string;
  driverDiscard: string;
  sourceFile: string;
  sourceProtocol: string;
  serial: string;
  limits: ReadonlyMap<Limit, number>;
}

export function disksOf(devices: XmlElement): DiskDescription[] {
  return children(devices, 'disk').map((element) => {
    const [driver, source, target] = [child(element, 'driver'), child(element, 'source'), child(element, 'target')];
    return {
      // libvirt's default, which it writes out itself.
      device: attribute(element, 'device') || 'disk',
      type: attribute(element, 'type'),
      targetDevice: attribute(target, 'dev'),
      targetBus: attribute(target, 'bus'),
      driverName: attribute(driver, 'name'),
      driverType: attribute(driver, 'type'),
      driverCache: attribute(driver, 'cache'),
      driverDiscard: attribute(driver, 'discard'),
      sourceFile: attribute(source, 'file'),
      sourceProtocol: attribute(source, 'protocol'),
      serial: text(child(element, 'serial')),
      limits: limitsOf(child(element, 'iotune')),
    };
  });
}

function limitsOf(tune: XmlElement): DiskDescription['limits'] {
  return new Map(
    LIMITS.flatMap((limit): [Limit, number][] => {
      const value = text(child(tune, limit));
      return /^[0-9]+$/.test(value) ? [[limit, Number(value)]] : [];
    }),
  );
}
