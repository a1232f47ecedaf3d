import type { StoragePoolRef, StoragePoolState, StorageVolumeRef } from '../storage.ts';
import { uuidFromName } from './fake-domain.ts';
import { storageError } from './fake-errors.ts';

export interface FakePoolOptions {
  name: string;
  /** Default: made from the name, the same every time. */
  uuid?: string;
  /** Default `running`. */
  state?: StoragePoolState;
  /** Its folder. Default `/var/lib/libvirt/<name>`. */
  path?: string;
  /** Default 10 GiB. */
  capacityBytes?: number;
  /** What is taken beside its volumes. Default 0. */
  allocationBytes?: number;
  /** Default true. */
  autostart?: boolean;
  /** Default true. */
  persistent?: boolean;
  /** `format`: default `raw`. */
  volumes?: readonly { name: string; capacityBytes: number; allocationBytes?: number; format?: string }[];
}

export interface FakeVolume {
  ref: StorageVolumeRef;
  capacityBytes: number;
  allocationBytes: number;
  format: string;
}

/** One scripted storage pool, of type dir: a volume's key is its path. */
export class FakePool {
  readonly ref: StoragePoolRef;
  readonly path: string;
  readonly persistent: boolean;
  readonly volumes = new Map<string, FakeVolume>();
  autostart: boolean;
  #state: StoragePoolState = 'inactive';
  /** libvirt keeps the sizes it has read once, also while the pool is inactive. */
  #sizesRead = false;
  readonly #capacityBytes: number;
  readonly #allocationBytes: number;

  constructor(options: FakePoolOptions) {
    const { name, uuid } = options;
    this.ref = { name, uuid: uuid?.toLowerCase() ?? uuidFromName(`pool ${name}`) };
    this.path = options.path ?? `/var/lib/libvirt/${name}`;
    this.persistent = options.persistent ?? true;
    this.state = options.state ?? 'running';
    this.autostart = options.autostart ?? true;
    this.#capacityBytes = options.capacityBytes ?? 10 * 2 ** 30;
    this.#allocationBytes = options.allocationBytes ?? 0;
    for (const volume of options.volumes ?? []) this.addVolume(volume);
  }

  get state(): StoragePoolState {
    return this.#state;
  }

  set state(state: StoragePoolState) {
    this.#state = state;
    this.#sizesRead ||= this.active;
  }

  get active(): boolean {
    return this.state !== 'inactive';
  }

  get info(): { capacity: bigint; allocation: bigint; available: bigint } {
    if (!this.#sizesRead) return { capacity: 0n, allocation: 0n, available: 0n };
    const ofVolumes = [...this.volumes.values()].reduce((sum, { allocationBytes }) => sum + allocationBytes, 0);
    const capacity = BigInt(this.#capacityBytes);
    const allocation = BigInt(this.#allocationBytes + ofVolumes);
    return { capacity, allocation, available: capacity - allocation };
  }

  get xml(): string {
    const { name, uuid } = this.ref;
    const target = `<target>\n    <path>${this.path}</path>\n  </target>`;
    return `<pool type='dir'>\n  <name>${name}</name>\n  <uuid>${uuid}</uuid>\n  ${target}\n</pool>\n`;
  }

  addVolume({
    name,
    capacityBytes,
    allocationBytes,
    format = 'raw',
  }: NonNullable<FakePoolOptions['volumes']>[number]): FakeVolume {
    if (this.volumes.has(name)) throw storageError(90, `storage volume '${name}' exists already`);
    const ref = { pool: this.ref.name, name, key: `${this.path}/${name}` };
    const volume = { ref, capacityBytes, allocationBytes: allocationBytes ?? capacityBytes, format };
    this.volumes.set(name, volume);
    return volume;
  }
}

/** Bytes, or the unit of `unit='MiB'` and its like. */
function sizeIn(xml: string, element: string): number | undefined {
  const found = new RegExp(`<${element}(?: unit=['"](\\w+)['"])?>(\\d+)<`).exec(xml);
  if (!found) return undefined;
  const power = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(found[1] ?? 'bytes');
  return Number(found[2]) * 1_024 ** Math.max(power, 0);
}

/** What `<volume>` says. Throws VIR_ERR_XML_ERROR without a name or capacity. */
export function volumeFromXml(xml: string): Omit<FakeVolume, 'ref'> & { name: string } {
  const name = /<name>([^<]+)<\/name>/.exec(xml)?.[1];
  const capacityBytes = sizeIn(xml, 'capacity');
  if (!name) throw storageError(27, 'XML error: missing volume name element');
  if (capacityBytes === undefined) throw storageError(27, 'XML error: missing capacity element');
  const format = /<target>.*?<format type=['"](\w+)['"]/s.exec(xml)?.[1] ?? 'raw';
  return { name, capacityBytes, allocationBytes: sizeIn(xml, 'allocation') ?? capacityBytes, format };
}

export function volumeXml({ ref, capacityBytes, allocationBytes, format }: FakeVolume): string {
  const sizes = `<capacity unit='bytes'>${capacityBytes}</capacity>\n  <allocation unit='bytes'>${allocationBytes}</allocation>`;
  return `<volume type='file'>\n  <name>${ref.name}</name>\n  <key>${ref.key}</key>\n  ${sizes}\n  <target><path>${ref.key}</path><format type='${format}'/></target>\n</volume>\n`;
}
