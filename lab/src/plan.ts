import { createHash, randomUUID } from 'node:crypto';
import { CRASH_ACTIONS, type Accelerator, type CrashAction } from './domain-xml.ts';
import { LabError } from './errors.ts';
import { checkGuestName, checkHostName } from './names.ts';
import { freeGuestAddress, hostAddress } from './network.ts';
import type { GuestRecord, HostRecord, LabState } from './state.ts';

export interface GuestOptions {
  name: string;
  /** Default: the first host. */
  host?: string;
  /** 1 to 16. Default 1. */
  vcpus?: number;
  /** At least 80; the guest does not boot with 64. Default 128. */
  memoryMiB?: number;
  /** Size of the ext4 data disk, at /mnt/data in the guest; sparse. At least 4, default 16. */
  diskMiB?: number;
  /** What libvirt does when it panics. Default destroy: "crashed (panicked)", 2 s later "shut off (crashed)". */
  onCrash?: CrashAction;
}

export interface Wishes {
  /** How many hosts (hA, hB, ...), or their names. */
  hosts?: number | readonly string[] | undefined;
  guests?: readonly GuestOptions[] | undefined;
}

const MAX_HOSTS = 26;
const DEFAULT_GUESTS: readonly GuestOptions[] = [{ name: 'vm1' }, { name: 'vm2' }];

/** An empty lab. */
export const newState = (accelerator: Accelerator, guestImage: string): LabState => ({
  version: 1,
  accelerator,
  guestImage,
  hosts: [],
  guests: [],
});

function hostNames(hosts: number | readonly string[]): string[] {
  if (typeof hosts !== 'number') return hosts.map(checkHostName);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > MAX_HOSTS) {
    throw new LabError('setting-unusable', `hosts: ${hosts} is not a whole number from 1 to ${MAX_HOSTS}`);
  }
  return Array.from({ length: hosts }, (_, index) => `h${String.fromCharCode(65 + index)}`);
}

function checkRange(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new LabError('setting-unusable', `${what}: ${value} is not a whole number from ${least} to ${most}`);
}

/** 52:54:00 is QEMU's own prefix; the rest comes from the uuid, so that it is the same at each look. */
function macOf(uuid: string): string {
  const digits = createHash('sha256').update(uuid).digest('hex').slice(0, 6);
  return `52:54:00:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`;
}

function settingsOf(
  options: GuestOptions,
  hosts: readonly HostRecord[],
): Omit<GuestRecord, 'uuid' | 'mac' | 'address'> {
  const { name, host = hosts[0]?.name ?? '', vcpus = 1, memoryMiB = 128, diskMiB = 16, onCrash = 'destroy' } = options;
  checkGuestName(name);
  if (!hosts.some((each) => each.name === host)) {
    throw new LabError('host-unknown', `guest ${name}: this lab has no host ${host}`);
  }
  if (!CRASH_ACTIONS.includes(onCrash)) {
    throw new LabError(
      'setting-unusable',
      `guest ${name}, on crash: ${onCrash} is none of ${CRASH_ACTIONS.join(', ')}`,
    );
  }
  return {
    name,
    host,
    vcpus: checkRange(`guest ${name}, vCPUs`, vcpus, 1, 16),
    memoryMiB: checkRange(`guest ${name}, memory (MiB)`, memoryMiB, 80, 65_536),
    diskMiB: checkRange(`guest ${name}, disk (MiB)`, diskMiB, 4, 65_536),
    onCrash,
  };
}

/** Says how a wish differs from the guest that is there, or undefined. */
function difference(there: GuestRecord, wanted: Omit<GuestRecord, 'uuid' | 'mac' | 'address'>): string | undefined {
  for (const key of ['host', 'vcpus', 'memoryMiB', 'diskMiB', 'onCrash'] as const) {
    if (there[key] !== wanted[key]) return `${key} is ${there[key]}, not ${wanted[key]}`;
  }
  return undefined;
}

/**
 * The state with what is wished for and not there yet added to it. A lab without guests gets vm1 and vm2 unless
 * others are named. Throws LabError `guest-differs`, `name-unusable`, `setting-unusable`, `host-unknown`.
 */
export function extendState(state: LabState, wishes: Wishes): LabState {
  const hosts = [...state.hosts];
  for (const name of hostNames(wishes.hosts ?? (hosts.length > 0 ? [] : 1))) {
    if (hosts.some((each) => each.name === name)) continue;
    if (hosts.length === MAX_HOSTS) throw new LabError('setting-unusable', `a lab has at most ${MAX_HOSTS} hosts`);
    hosts.push({ name, uuid: randomUUID(), address: hostAddress(hosts.length) });
  }
  const guests = [...state.guests];
  for (const options of wishes.guests ?? (guests.length > 0 ? [] : DEFAULT_GUESTS)) {
    const there = guests.find((each) => each.name === options.name);
    const wanted = settingsOf(options, hosts);
    const differs = there && difference(there, wanted);
    if (differs !== undefined) {
      throw new LabError('guest-differs', `guest ${wanted.name} exists, and its ${differs}: bring the lab down first`);
    }
    if (there) continue;
    const address = freeGuestAddress(guests.map((each) => each.address));
    if (address === undefined) throw new LabError('setting-unusable', 'the lab has no address left for another guest');
    const uuid = randomUUID();
    guests.push({ ...wanted, uuid, mac: macOf(uuid), address });
  }
  return { ...state, hosts, guests };
}
