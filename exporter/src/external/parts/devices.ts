import type { HostDevices, UsbDevice } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';

const PCI_ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/** Which devices there are to be given to a VM, and which of them VFIO holds for one. */
export async function readDevices(sysfs: Sysfs): Promise<HostDevices> {
  const pci = new Set(await sysfs.names('bus/pci/devices'));
  const vfio = new Set<string>();
  // Beside vfio-pci some makers have a driver of their own, such as mlx5_vfio_pci.
  for (const driver of (await sysfs.names('bus/pci/drivers')).filter((name) => name.includes('vfio'))) {
    for (const name of await sysfs.names(`bus/pci/drivers/${driver}`)) if (PCI_ADDRESS.test(name)) vfio.add(name);
  }
  const usb: UsbDevice[] = [];
  // 1-4 is a device, 1-4:1.0 one of its interfaces.
  for (const name of (await sysfs.names('bus/usb/devices')).filter((each) => !each.includes(':'))) {
    const device = await readUsb(sysfs, `bus/usb/devices/${name}`);
    if (device !== null) usb.push(device);
  }
  return { pci, vfio, usb, mdev: new Set(await sysfs.names('bus/mdev/devices')) };
}

async function readUsb(sysfs: Sysfs, at: string): Promise<UsbDevice | null> {
  const vendor = await sysfs.text(`${at}/idVendor`);
  const product = await sysfs.text(`${at}/idProduct`);
  if (vendor === null || product === null) return null;
  return {
    vendor,
    product,
    bus: Number(await sysfs.text(`${at}/busnum`)),
    device: Number(await sysfs.text(`${at}/devnum`)),
    serial: (await sysfs.text(`${at}/serial`)) ?? '',
  };
}
