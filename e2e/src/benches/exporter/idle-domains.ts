import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabHost } from '@faultline/lab';

/** Enough for a QEMU that is never let run. */
const domainXml = (name: string): string => `<domain type='qemu'>
  <name>${name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/><memballoon model='none'/>
    <interface type='bridge'><source bridge='br0'/><model type='virtio'/><rom enabled='no'/></interface>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices>
</domain>
`;

/** Starts paused domains `idle001` to `idle<count>` on the host, those that are not there yet: about 0.4 s each. */
export async function startIdleDomains(host: LabHost, folder: string, count: number): Promise<void> {
  const there = new Set((await host.virsh(['list', '--all', '--name'])).split('\n'));
  for (let i = 1; i <= count; i += 1) {
    const name = `idle${String(i).padStart(3, '0')}`;
    if (there.has(name)) continue;
    const file = join(folder, `${name}.xml`);
    await writeFile(file, domainXml(name));
    await host.virsh(['define', file]);
    await host.virsh(['start', name, '--paused'], { deadlineMs: 60_000 });
  }
}

/** The QEMU of `idle001`. */
export async function idleDomainPid(host: LabHost): Promise<number> {
  return Number.parseInt(await readFile(join(host.folder, 'run', 'qemu', 'idle001.pid'), 'utf8'), 10);
}
