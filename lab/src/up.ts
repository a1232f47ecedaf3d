import { mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFileName, domainXml } from './domain-xml.ts';
import { LabError } from './errors.ts';
import { exists } from './files.ts';
import type { LabHost } from './host.ts';
import { guestImage } from './image/image.ts';
import { chooseAccelerator } from './kvm.ts';
import { LOCK_FILE } from './lock.ts';
import { makeHostNetwork, makeOutside, makeSwitch, PREFIX_LENGTH, SWITCH_ADDRESS } from './network.ts';
import { newState } from './plan.ts';
import type { Run } from './run.ts';
import { readState, STATE_FILE, type GuestRecord, type LabState } from './state.ts';

const imagesFolder = (folder: string): string => join(folder, 'images');
const domainsFolder = (folder: string): string => join(folder, 'domains');

/** Throws LabError `folder-not-ours` for a folder that holds other things and no lab. */
export async function refuseForeignFolder(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith(LOCK_FILE));
  if (names.length > 0 && !names.includes(STATE_FILE)) {
    throw new LabError('folder-not-ours', `${folder} is not empty and holds no lab; choose another folder`);
  }
}

/**
 * The recorded state, or that of a new lab: with the guest image built and the accelerator chosen. A lab keeps
 * the image it was made with.
 */
export async function recordedOrNewState(
  run: Run,
  folder: string,
  cache: string,
  say: (line: string) => void,
): Promise<LabState> {
  const recorded = await readState(folder);
  if (recorded && (await exists(recorded.guestImage))) return recorded;
  const image = await guestImage(run, cache, say);
  if (recorded) return { ...recorded, guestImage: image };
  const accelerator = await chooseAccelerator(run, cache, image, say);
  return newState(accelerator, image);
}

/** Makes the networks and boots the hosts, as far as they are not there. */
export async function bootHosts(run: Run, folder: string, state: LabState, hosts: readonly LabHost[]): Promise<void> {
  await mkdir(imagesFolder(folder), { recursive: true, mode: 0o755 });
  await mkdir(domainsFolder(folder), { recursive: true });
  await makeSwitch(run, folder);
  await makeOutside(run, folder);
  for (const { name, address } of hosts) await makeHostNetwork(run, folder, name, address);
  const hideKvm = state.accelerator !== 'kvm' && (await exists('/dev/kvm'));
  await Promise.all(hosts.map((host) => host.boot(imagesFolder(folder), state.guestImage, hideKvm)));
}

/** Makes a guest's data disk, unless it is there. */
async function makeDisk(run: Run, folder: string, { uuid, diskMiB }: GuestRecord): Promise<void> {
  const disk = join(imagesFolder(folder), diskFileName(uuid));
  if (await exists(disk)) return;
  const unfinished = `${disk}.new`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, '', { mode: 0o600 });
  await truncate(unfinished, diskMiB * 1024 * 1024);
  await run('mkfs.ext4', ['-q', '-F', unfinished], { deadlineMs: 60_000 });
  await rename(unfinished, disk);
}

/** Defines the guests of one host in its libvirtd, those that it does not know. */
export async function defineGuests(run: Run, folder: string, state: LabState, host: LabHost): Promise<void> {
  const known = (await host.virsh(['list', '--all', '--uuid'])).split('\n').map((line) => line.trim());
  for (const guest of state.guests) {
    if (guest.host !== host.name || known.includes(guest.uuid)) continue;
    await makeDisk(run, folder, guest);
    const settings = { ...guest, address: `${guest.address}/${PREFIX_LENGTH}`, gateway: SWITCH_ADDRESS };
    const file = join(domainsFolder(folder), `${guest.uuid}.xml`);
    await writeFile(file, domainXml(settings, state.accelerator));
    await host.virsh(['define', file]);
  }
}
