import { stateOfMembers, type ExternalItem, type ExternalState } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';

const NET = 'class/net';
/** Two interfaces under a VLAN under a bond are three; more is a loop. */
const MAX_DEPTH = 4;

export interface RawInterface {
  name: string;
  /** The bridge, bond or Open vSwitch that it is a port of. */
  master: string | null;
  /** It is a port of a bridge that the kernel keeps. */
  isBridge: boolean;
  isBond: boolean;
  /** There is hardware, or a virtual card's driver, behind it. */
  isHardware: boolean;
  /** The interfaces it stands on. */
  lower: readonly string[];
  operstate: string | null;
  carrier: string | null;
  address: string | null;
  speedMbit: string | null;
}

/** `carrier` and `speed` are asked of drivers, so only of what may be an uplink: a host has hundreds of taps. */
export async function readInterfaces(sysfs: Sysfs, named: readonly string[]): Promise<RawInterface[]> {
  const interfaces: RawInterface[] = [];
  for (const name of await sysfs.names(NET)) {
    const at = `${NET}/${name}`;
    const entries = await sysfs.names(at);
    // `bonding_masters` is a file.
    if (entries.length === 0) continue;
    const has = (entry: string): boolean => entries.includes(entry);
    const lower = entries.filter((entry) => entry.startsWith('lower_')).map((entry) => entry.slice('lower_'.length));
    const isCandidate =
      named.includes(name) || has('device') || has('bonding') || has('bonding_slave') || lower.length > 0;
    const operstate = await sysfs.text(`${at}/operstate`);
    interfaces.push({
      name,
      master: has('master') ? await sysfs.linkName(`${at}/master`) : null,
      isBridge: has('bridge'),
      isBond: has('bonding'),
      isHardware: has('device'),
      lower,
      operstate,
      carrier: isCandidate && operstate === 'unknown' ? await sysfs.text(`${at}/carrier`) : null,
      address: await sysfs.text(`${at}/address`),
      speedMbit: isCandidate ? await sysfs.text(`${at}/speed`) : null,
    });
  }
  return interfaces;
}

/**
 * The ports through which a switch of this host reaches the network: those with hardware under them, be it through a bond or a VLAN, and
 * those that an operator named. A tap of a VM is a port too, and no uplink.
 */
export function judgeUplinks(interfaces: readonly RawInterface[], named: readonly string[]): ExternalItem[] {
  const byName = new Map(interfaces.map((each) => [each.name, each]));
  const isSwitch = (name: string | null): name is string =>
    name !== null && (byName.get(name)?.isBridge === true || name === 'ovs-system');
  const uplinks = interfaces.filter(
    (each) => named.includes(each.name) || (isSwitch(each.master) && hasHardware(each, byName)),
  );
  const missing = named.filter((name) => !byName.has(name));
  return [
    ...uplinks.map((uplink) => itemOf(uplink, byName)),
    // Named by an operator, so it has to be there: a card that is gone takes its interface with it.
    ...missing.map((name): ExternalItem => ({
      kind: 'uplink',
      id: name,
      name,
      state: 'down',
      detail: 'no such interface',
      target: '',
    })),
  ];
}

function hasHardware(each: RawInterface, byName: ReadonlyMap<string, RawInterface>, depth = 0): boolean {
  if (each.isHardware) return true;
  if (depth >= MAX_DEPTH) return false;
  return each.lower.some((name) => {
    const lower = byName.get(name);
    return lower !== undefined && hasHardware(lower, byName, depth + 1);
  });
}

function itemOf(uplink: RawInterface, byName: ReadonlyMap<string, RawInterface>): ExternalItem {
  const bond = bondUnder(uplink, byName);
  const own = linkState(uplink);
  const common = {
    kind: 'uplink' as const,
    id: uplink.address ?? uplink.name,
    name: uplink.master === null ? uplink.name : `${uplink.master}/${uplink.name}`,
    detail: uplink.operstate ?? '',
    target: Number(uplink.speedMbit) > 0 ? `${Number(uplink.speedMbit)} Mbit/s` : '',
  };
  if (bond === null) return { ...common, state: own };
  const ports = bond.lower.map((name) => byName.get(name)).filter((port) => port !== undefined);
  const active = ports.filter((port) => linkState(port) === 'up').length;
  const failed = ports.filter((port) => linkState(port) === 'down').length;
  const state = own === 'down' ? 'down' : stateOfMembers({ active, failed, all: ports.length });
  return { ...common, state, members: { active, failed } };
}

function bondUnder(each: RawInterface, byName: ReadonlyMap<string, RawInterface>, depth = 0): RawInterface | null {
  if (each.isBond) return each;
  const [only, ...others] = each.lower;
  const lower = only === undefined || others.length > 0 ? undefined : byName.get(only);
  return lower === undefined || depth >= MAX_DEPTH ? null : bondUnder(lower, byName, depth + 1);
}

/** `carrier` cannot be read of an interface that is switched off; drivers without operational states say `unknown`. */
function linkState({ operstate, carrier }: RawInterface): ExternalState {
  if (operstate === 'up') return 'up';
  if (operstate === 'unknown' && carrier !== null) return carrier === '1' ? 'up' : 'down';
  return operstate === null || operstate === 'unknown' || operstate === 'dormant' || operstate === 'testing'
    ? 'unknown'
    : 'down';
}
