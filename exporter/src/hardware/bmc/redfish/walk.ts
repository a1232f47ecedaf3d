import { at, listOf, objectOf, textOf, type Json } from '../../json.ts';
import type { Kind } from '../../model.ts';
import { BmcError } from '../errors.ts';

/** Everything of a Redfish service that tells of hardware. */
export interface RedfishTree {
  chassis: {
    resource: Json;
    /** Temperatures and Fans, Voltages and PowerSupplies of the older schemas. */
    thermal: Json;
    power: Json;
    /** The newer ones: a resource each. */
    fans: Json[];
    powerSupplies: Json[];
    sensors: Json[];
  }[];
  systems: { resource: Json; processors: Json[]; memory: Json[]; drives: Json[]; interfaces: Json[] }[];
  managers: Json[];
  /** Kinds of which something could not be read: that one of them is not there cannot be concluded. */
  blindTo: Set<Kind>;
  /** Paths that could not be read, with the error's code. */
  failures: { path: string; code: string }[];
}

export type GetResource = (path: string) => Promise<Json>;

const ROOT = '/redfish/v1/';
const MAX_RESOURCES = 2000;
/** BMCs are small computers: more at once makes them slower. */
const AT_ONCE = 3;

/**
 * Follows the links from the service root. What a service does not have is left out; what it fails to deliver is noted, and the rest
 * is read on.
 *
 * @throws BmcError when the service root, its systems or chassis cannot be read, or the BMC stops answering
 */
export async function walkRedfish(get: GetResource, { system }: { system?: string } = {}): Promise<RedfishTree> {
  const walk = new Walk(get);
  const root = await walk.must(ROOT);
  const canExpand = at(root, 'ProtocolFeaturesSupported.ExpandQuery.NoLinks') === true;
  const [systems, chassis, managers] = await Promise.all([
    walk.members(linkOf(root, 'Systems'), ['board', 'cpu', 'dimm', 'disk', 'nic'], false),
    walk.members(linkOf(root, 'Chassis'), ['chassis', 'fan', 'psu'], false),
    walk.members(linkOf(root, 'Managers'), ['bmc'], false),
  ]);
  const chosen = system === undefined ? systems : systems.filter(({ Id }) => Id === system);
  if (system !== undefined && chosen.length === 0) throw new BmcError('BMC_NOT_FOUND', `the system ${system}`);
  // In an enclosure of several systems, only what is this system's.
  const links = new Set(
    chosen.flatMap((one) => listOf(at(one, 'Links.Chassis')).map((link) => objectOf(link)['@odata.id'])),
  );
  const around = system === undefined ? chassis : chassis.filter((one) => links.has(one['@odata.id']));
  return {
    systems: await Promise.all(chosen.map((resource) => walk.system(resource, canExpand))),
    chassis: await Promise.all(around.map((resource) => walk.chassis(resource, canExpand))),
    managers,
    blindTo: walk.blindTo,
    failures: walk.failures,
  };
}

function linkOf(resource: Json, name: string): string | undefined {
  const link = textOf(objectOf(resource[name])['@odata.id']);
  // Only paths of this service: never a URL that leads a password elsewhere.
  if (link === undefined || !/^\/(?![/\\])/.test(link)) return undefined;
  const { pathname, search } = new URL(link, 'https://bmc.invalid');
  // With what HTTP does not take in a path, such as the blanks of some firmware, written as it must be.
  return `${pathname}${search}`;
}

class Walk {
  readonly blindTo = new Set<Kind>();
  readonly failures: RedfishTree['failures'] = [];
  readonly #get: GetResource;
  #resources = 0;
  #running = 0;
  /** Why the whole walk failed: what still waits is not asked for. */
  #end: BmcError | null = null;
  readonly #waiting: (() => void)[] = [];

  constructor(get: GetResource) {
    this.#get = get;
  }

  async system(resource: Json, canExpand: boolean): Promise<RedfishTree['systems'][number]> {
    const [processors, memory, storages, interfaces] = await Promise.all([
      this.members(linkOf(resource, 'Processors'), ['cpu'], canExpand),
      this.members(linkOf(resource, 'Memory'), ['dimm'], canExpand),
      this.members(linkOf(resource, 'Storage'), ['disk'], canExpand),
      this.members(linkOf(resource, 'EthernetInterfaces'), ['nic'], canExpand),
    ]);
    const drives = await Promise.all(
      storages.flatMap((storage) => listOf(storage['Drives']).map((drive) => this.#linked(drive, ['disk']))),
    );
    return { resource, processors, memory, interfaces, drives: drives.flat() };
  }

  async chassis(resource: Json, canExpand: boolean): Promise<RedfishTree['chassis'][number]> {
    const thermalLink = linkOf(resource, 'Thermal');
    const powerLink = linkOf(resource, 'Power');
    const [thermal, power] = await Promise.all([this.#may(thermalLink, ['fan']), this.#may(powerLink, ['psu'])]);
    const [thermalSubsystem, powerSubsystem, sensors] = await Promise.all([
      thermal === null ? this.#may(linkOf(resource, 'ThermalSubsystem'), ['fan']) : null,
      power === null ? this.#may(linkOf(resource, 'PowerSubsystem'), ['psu']) : null,
      // The older resources carry the readings themselves.
      thermal === null || power === null ? this.members(linkOf(resource, 'Sensors'), [], canExpand) : [],
    ]);
    const [fans, powerSupplies] = await Promise.all([
      this.members(linkOf(thermalSubsystem ?? {}, 'Fans'), ['fan'], canExpand),
      this.members(linkOf(powerSubsystem ?? {}, 'PowerSupplies'), ['psu'], canExpand),
    ]);
    return { resource, thermal: thermal ?? {}, power: power ?? {}, fans, powerSupplies, sensors };
  }

  /** The members of a collection, expanded by the service where it can, else one by one. */
  async members(link: string | undefined, kinds: readonly Kind[], canExpand: boolean): Promise<Json[]> {
    const collection = await this.#may(link === undefined || !canExpand ? link : `${link}?$expand=.($levels=1)`, kinds);
    if (collection === null) return [];
    const members = await Promise.all(listOf(collection['Members']).map((member) => this.#linked(member, kinds)));
    return members.flat();
  }

  async #linked(member: unknown, kinds: readonly Kind[]): Promise<Json[]> {
    const resource = objectOf(member);
    // More than the link itself: it was expanded.
    if (Object.keys(resource).some((name) => !name.startsWith('@'))) return [resource];
    const read = await this.#may(linkOf({ member }, 'member'), kinds, true);
    return read === null ? [] : [read];
  }

  /** Null where the service has no such thing, or did not deliver it. */
  async #may(path: string | undefined, kinds: readonly Kind[], mayBeGone = false): Promise<Json | null> {
    if (path === undefined) return null;
    try {
      return await this.must(path);
    } catch (error) {
      if (!(error instanceof BmcError) || FATAL.has(error.code)) throw error;
      // A member's link that leads nowhere is a part that is being pulled.
      if (!mayBeGone || error.code !== 'BMC_NOT_FOUND') for (const kind of kinds) this.blindTo.add(kind);
      this.failures.push({ path, code: error.code });
      return null;
    }
  }

  async must(path: string): Promise<Json> {
    if ((this.#resources += 1) > MAX_RESOURCES)
      throw new BmcError('BMC_TOO_LARGE', path, `over ${MAX_RESOURCES} resources`);
    while (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      if (this.#end !== null) throw this.#end;
      return await this.#get(path);
    } catch (error) {
      if (error instanceof BmcError && FATAL.has(error.code)) this.#end ??= error;
      throw error;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** After these the BMC would not deliver the next one either. */
const FATAL = new Set(['BMC_UNREACHABLE', 'BMC_TLS', 'BMC_UNAUTHORIZED', 'BMC_TOO_LARGE']);
