import { CommandError } from './errors.ts';
import type { GuestState, LabGuest } from './guest.ts';
import type { LabHost } from './host.ts';
import type { Lab } from './lab.ts';

export interface GuestStatus {
  name: string;
  uuid: string;
  address: string;
  /** virsh's words; "unknown" while libvirtd does not answer. */
  state: string;
  reason: string;
  /** QEMU's pid, or null. */
  pid: number | null;
  /** `frozen`: QEMU is stopped by a signal, so its agent is not asked. `none`: the guest does not run. */
  agent: 'answers' | 'silent' | 'frozen' | 'none';
}

export interface HostStatus {
  name: string;
  address: string;
  uri: string;
  readOnlyUri: string;
  libvirtd: 'answers' | 'silent' | 'stopped';
  /** libvirtd's pid, or null. */
  pid: number | null;
  guests: GuestStatus[];
}

async function agentStatus(guest: LabGuest, libvirtdAnswers: boolean): Promise<GuestStatus['agent']> {
  const qemu = await guest.qemu();
  if (!qemu) return 'none';
  if (qemu.state === 'T') return 'frozen';
  return libvirtdAnswers && (await guest.agentAnswers()) ? 'answers' : 'silent';
}

/** A guest that was undefined or migrated by hand is not known to its host; that is worth a line, not a failure. */
async function knownState(guest: LabGuest): Promise<GuestState> {
  try {
    return await guest.state();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { state: 'unknown', reason: error.stderr.trim() };
  }
}

async function guestStatus(guest: LabGuest, libvirtdAnswers: boolean): Promise<GuestStatus> {
  const { name, uuid, settings } = guest;
  const seen = libvirtdAnswers ? await knownState(guest) : { state: 'unknown', reason: 'libvirtd does not answer' };
  const agent = await agentStatus(guest, libvirtdAnswers);
  return { name, uuid, address: settings.address, ...seen, pid: (await guest.qemu())?.pid ?? null, agent };
}

async function hostStatus(host: LabHost, guests: readonly LabGuest[]): Promise<HostStatus> {
  const libvirtd = await host.libvirtd();
  const answers = libvirtd !== undefined && (await host.answers());
  return {
    name: host.name,
    address: host.address,
    uri: host.uri,
    readOnlyUri: host.readOnlyUri,
    libvirtd: answers ? 'answers' : libvirtd ? 'silent' : 'stopped',
    pid: libvirtd?.pid ?? null,
    guests: await Promise.all(guests.map((guest) => guestStatus(guest, answers))),
  };
}

/** How every host and guest of a lab is now. */
export async function labStatus(lab: Lab): Promise<HostStatus[]> {
  return Promise.all(
    lab.hosts.map((host) =>
      hostStatus(
        host,
        lab.guests.filter((guest) => guest.host === host),
      ),
    ),
  );
}
