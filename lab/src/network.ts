import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from './files.ts';
import type { Run } from './run.ts';
import { waitFor } from './wait.ts';

/**
 * Networks of the lab. Every host and the switch between them is a network namespace, pinned by a mount on a file
 * in the lab's folder: `<folder>/hosts/<host>/netns`. So the folder alone says which namespaces are this lab's. No
 * link, address or server exists outside of them.
 *
 *   guest eth0 ── br0 (host: 10.77.0.1, ...) ── uplink ═══ port (switch: bridge br0, 10.77.0.254)
 *                                                          world (switch: 192.0.2.254) ═══ eth0 (outside: 192.0.2.1)
 */
export const PREFIX_LENGTH = 24;
export const SWITCH_ADDRESS = '10.77.0.254';
/** What guests reach through the gateway, and nobody else: an address that is for documentation (RFC 5737). */
export const OUTSIDE_ADDRESS = '192.0.2.1';
const WORLD_ADDRESS = '192.0.2.254';
const FIRST_HOST = 1;
const FIRST_GUEST = 100;
const LAST_GUEST = 250;

export const hostAddress = (index: number): string => `10.77.0.${FIRST_HOST + index}`;

/** The first guest address that is not taken, or undefined if none is left. */
export function freeGuestAddress(taken: readonly string[]): string | undefined {
  for (let last = FIRST_GUEST; last <= LAST_GUEST; last++) {
    const address = `10.77.0.${last}`;
    if (!taken.includes(address)) return address;
  }
  return undefined;
}

export const hostPin = (folder: string, host: string): string => join(folder, 'hosts', host, 'netns');
const switchPin = (folder: string): string => join(folder, 'switch', 'netns');
const outsidePin = (folder: string): string => join(folder, 'outside', 'netns');

/** Mount points below a folder, from the text of /proc/self/mountinfo, where blanks are written \040: see proc(5). */
export function mountsBelow(folder: string, mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) =>
      path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .map((path) => Buffer.from(path, 'latin1').toString('utf8'))
    .filter((path) => path.startsWith(`${folder}/`));
}

/** The namespaces of the lab in `folder` that exist now, by their pins. */
export async function pinsOf(folder: string): Promise<string[]> {
  return mountsBelow(folder, await readFile('/proc/self/mountinfo', 'latin1'));
}

/** Inode of the namespace behind a pin: what /proc/PID/ns/net names for the processes in it. */
export async function pinnedInode(pin: string): Promise<number> {
  return (await stat(pin)).ino;
}

const readyMark = (pin: string): string => `${pin}.ready`;

/**
 * Makes a network namespace with its pin and what `furnish` puts into it, unless it is there already. One that a
 * crash left half furnished is made anew.
 */
async function makeNetwork(run: Run, folder: string, pin: string, furnish: () => Promise<void>): Promise<void> {
  if ((await pinsOf(folder)).includes(pin)) {
    if (await exists(readyMark(pin))) return;
    await dropPin(run, pin);
  }
  await rm(readyMark(pin), { force: true });
  await mkdir(dirname(pin), { recursive: true });
  await writeFile(pin, '');
  await run('unshare', [`--net=${pin}`, 'ip', 'link', 'set', 'lo', 'up']);
  await furnish();
  await writeFile(readyMark(pin), '');
}

export async function dropPin(run: Run, pin: string): Promise<void> {
  await run('umount', [pin]);
  await rm(pin, { force: true });
}

/** Runs `ip` with these arguments inside a network. */
const ip = (run: Run, pin: string, ...args: string[]): Promise<string> =>
  run('nsenter', [`--net=${pin}`, 'ip', ...args]);

async function makeBridge(run: Run, pin: string, address: string): Promise<void> {
  // No delay before forwarding: a guest's first packet is wanted, and there are no loops here.
  await ip(run, pin, 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0');
  await ip(run, pin, 'addr', 'add', `${address}/${PREFIX_LENGTH}`, 'dev', 'br0');
  await ip(run, pin, 'link', 'set', 'br0', 'up');
}

export async function makeSwitch(run: Run, folder: string): Promise<void> {
  const pin = switchPin(folder);
  await makeNetwork(run, folder, pin, () => makeBridge(run, pin, SWITCH_ADDRESS));
}

/** Makes what lies behind the switch, which routes between it and the guests. */
export async function makeOutside(run: Run, folder: string): Promise<void> {
  const pin = outsidePin(folder);
  const gateway = switchPin(folder);
  await makeNetwork(run, folder, pin, async () => {
    await ip(run, pin, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'world');
    await ip(run, pin, 'link', 'set', 'world', 'netns', gateway);
    await ip(run, pin, 'addr', 'add', `${OUTSIDE_ADDRESS}/${PREFIX_LENGTH}`, 'dev', 'eth0');
    await ip(run, pin, 'link', 'set', 'eth0', 'up');
    await ip(run, pin, 'route', 'add', 'default', 'via', WORLD_ADDRESS);
    await ip(run, gateway, 'addr', 'add', `${WORLD_ADDRESS}/${PREFIX_LENGTH}`, 'dev', 'world');
    await ip(run, gateway, 'link', 'set', 'world', 'up');
    await setNetworkSwitch(run, gateway, 'ip_forward', true);
  });
}

/** Below /proc/sys/net a process finds the settings of the network that it is in. */
async function setNetworkSwitch(run: Run, pin: string, name: string, on: boolean): Promise<void> {
  await run('nsenter', [`--net=${pin}`, 'sh', '-c', `echo ${on ? 1 : 0} > /proc/sys/net/ipv4/${name}`]);
}

/** The outside is no longer, or again, behind the gateway, which answers all the same. */
export async function setOutside(run: Run, folder: string, state: 'up' | 'down'): Promise<void> {
  await ip(run, switchPin(folder), 'link', 'set', 'world', state);
}

/** Lets the gateway ignore pings while it routes on, or answer them again. */
export async function setGatewaySilent(run: Run, folder: string, silent: boolean): Promise<void> {
  await setNetworkSwitch(run, switchPin(folder), 'icmp_echo_ignore_all', silent);
}

/** The switch's end of a host's cable, named after the host's address: port1 for 10.77.0.1. */
const portOf = (address: string): string => `port${address.slice(address.lastIndexOf('.') + 1)}`;

/** Makes a host's network and plugs it into the switch. */
export async function makeHostNetwork(run: Run, folder: string, host: string, address: string): Promise<void> {
  const pin = hostPin(folder, host);
  const port = portOf(address);
  const target = switchPin(folder);
  await makeNetwork(run, folder, pin, async () => {
    await makeBridge(run, pin, address);
    // Made inside the host's namespace, then one end is handed to the switch: never a link outside.
    await ip(run, pin, 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', port);
    await ip(run, pin, 'link', 'set', port, 'netns', target);
    await ip(run, pin, 'link', 'set', 'uplink', 'master', 'br0', 'up');
    await ip(run, target, 'link', 'set', port, 'master', 'br0', 'up');
  });
}

export async function cutUplink(run: Run, folder: string, host: string): Promise<void> {
  await ip(run, hostPin(folder, host), 'link', 'set', 'uplink', 'down');
}

/**
 * Plugs a host's cable in again and waits until packets pass: both bridges forward to it and are up themselves (a
 * bridge goes down with its last port, and takes up to 1 s to come back).
 */
export async function mendUplink(run: Run, folder: string, host: string, address: string): Promise<void> {
  const pin = hostPin(folder, host);
  await ip(run, pin, 'link', 'set', 'uplink', 'up');
  const passes = async (at: string, port: string): Promise<boolean> =>
    (await ip(run, at, '-details', 'link', 'show', 'dev', port)).includes('bridge_slave state forwarding') &&
    (await ip(run, at, 'link', 'show', 'dev', 'br0')).includes('state UP');
  const bothPass = async (): Promise<true | undefined> =>
    (await passes(pin, 'uplink')) && (await passes(switchPin(folder), portOf(address))) ? true : undefined;
  await waitFor(bothPass, { what: `the cable of ${host}`, deadlineMs: 10_000, intervalMs: 50 });
}
