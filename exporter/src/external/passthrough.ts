import type { HostDeviceDescription } from '../description/host-devices.ts';
import type { ExternalItem, ExternalState, HostDevices, UsbDevice } from './external.ts';

/** A domain, as far as the devices it is given are concerned. */
export interface DeviceOwner {
  name: string;
  isRunning: boolean;
  devices: readonly HostDeviceDescription[];
}

/** The host's devices that VMs are given: whether they are there, and held for the VM while it runs. Null: not known. */
export function passthroughItems(owners: readonly DeviceOwner[], devices: HostDevices | null): ExternalItem[] {
  return owners.flatMap((owner) =>
    owner.devices.map((device): ExternalItem => {
      const found = devices === null ? UNKNOWN : look(device, { owner, devices });
      return { kind: 'passthrough', id: idOf(device), name: owner.name, ...found };
    }),
  );
}

interface Look {
  state: ExternalState;
  detail: string;
  target: string;
}

const UNKNOWN: Look = { state: 'unknown', detail: 'could not be read', target: '' };

function idOf(device: HostDeviceDescription): string {
  if (device.type === 'pci') return `pci ${device.address}`;
  if (device.type === 'mdev') return `mdev ${device.uuid}`;
  const place = device.bus === null || device.device === null ? '' : ` at ${device.bus}-${device.device}`;
  return device.vendor === '' ? `usb${place}` : `usb ${device.vendor}:${device.product}${place}`;
}

function look(device: HostDeviceDescription, { owner, devices }: { owner: DeviceOwner; devices: HostDevices }): Look {
  if (device.type === 'pci') {
    if (!devices.pci.has(device.address)) return { state: 'down', detail: 'is not there', target: '' };
    const isHeld = devices.vfio.has(device.address);
    // While the VM is off the host may use it, or keep it for the VM.
    if (owner.isRunning && !isHeld) return { state: 'down', detail: 'not held by VFIO', target: '' };
    return { state: 'up', detail: isHeld ? 'held by VFIO' : 'free', target: '' };
  }
  if (device.type === 'mdev') {
    const isThere = devices.mdev.has(device.uuid);
    return { state: isThere ? 'up' : 'down', detail: isThere ? 'is there' : 'is not there', target: '' };
  }
  const found = devices.usb.find((each) => isSame(each, device));
  if (found === undefined) return { state: 'down', detail: 'is not there', target: '' };
  return { state: 'up', detail: 'is there', target: found.serial };
}

function isSame(found: UsbDevice, { vendor, product, bus, device }: HostDeviceDescription & { type: 'usb' }): boolean {
  if (vendor !== '' && (found.vendor !== vendor || found.product !== product)) return false;
  return (bus === null || found.bus === bus) && (device === null || found.device === device);
}
