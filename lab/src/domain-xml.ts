import { guestHostname } from './names.ts';

/** The guest's init prints it on the console when it is through: see guest/rootfs/init. */
export const GUEST_UP = 'lab-guest: up';

/** How QEMU runs the guest: emulated, or by the machine's own virtualisation. */
export type Accelerator = 'tcg' | 'kvm';

/** What libvirt does with a guest that panicked: its `<on_crash>`. */
export const CRASH_ACTIONS = ['destroy', 'preserve', 'restart', 'coredump-destroy', 'coredump-restart'] as const;
export type CrashAction = (typeof CRASH_ACTIONS)[number];

export interface DomainSettings {
  name: string;
  uuid: string;
  vcpus: number;
  memoryMiB: number;
  onCrash: CrashAction;
  mac: string;
  /** Address of eth0 in the guest with its prefix length, and its gateway. */
  address: string;
  gateway: string;
}

/** The folders that every lab host sees under these names, whatever lies behind them: see host/boot.sh. */
const IMAGES_IN_HOST = '/var/lib/libvirt/images';
const BOOT_IN_HOST = '/var/lib/libvirt/boot';
const LOG_IN_HOST = '/var/log/libvirt/qemu';

/** File name of a guest's data disk. By uuid, so that any name will do. */
export const diskFileName = (uuid: string): string => `${uuid}.raw`;
/** File name of the log of a guest's serial console. */
export const consoleFileName = (uuid: string): string => `${uuid}.console.log`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };

/** Text for the inside of an XML element or attribute. */
export const escapeXml = (text: string): string => text.replaceAll(/[&<>'"]/g, (found) => ENTITIES[found] ?? found);

/**
 * Kernel command line of a guest. `panic=0` keeps a panicked guest where it is; the rest saves boot time under
 * emulation.
 */
export function kernelCommandLine({ name, address, gateway }: DomainSettings): string {
  return [
    'console=ttyS0 quiet panic=0 nokaslr mitigations=off tsc=reliable',
    `lab.hostname=${guestHostname(name)} lab.address=${address} lab.gateway=${gateway}`,
  ].join(' ');
}

/**
 * A guest with all that the product looks at: agent channel, panic device, balloon statistics, a serial console in a
 * file, and a disk whose I/O errors pause it.
 */
export function domainXml(settings: DomainSettings, accelerator: Accelerator): string {
  const { name, uuid, vcpus, memoryMiB, onCrash, mac } = settings;
  return `<domain type='${accelerator === 'kvm' ? 'kvm' : 'qemu'}'>
  <name>${escapeXml(name)}</name>
  <uuid>${uuid}</uuid>
  <memory unit='MiB'>${memoryMiB}</memory>
  <vcpu>${vcpus}</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>${BOOT_IN_HOST}/vmlinuz</kernel>
    <initrd>${BOOT_IN_HOST}/initrd.cpio</initrd>
    <cmdline>${escapeXml(kernelCommandLine(settings))}</cmdline>
  </os>
  <features><acpi/></features>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>${onCrash}</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' error_policy='stop'/>
      <source file='${IMAGES_IN_HOST}/${diskFileName(uuid)}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='bridge'>
      <mac address='${mac}'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <rom enabled='no'/>
    </interface>
    <serial type='file'><source path='${LOG_IN_HOST}/${consoleFileName(uuid)}' append='on'/><target port='0'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <panic model='isa'/>
    <controller type='usb' model='none'/>
    <memballoon model='virtio'><stats period='5'/></memballoon>
  </devices>
</domain>
`;
}
