import type { TypedValue } from './domain.ts';
import type { FlagBits } from './flags.ts';
import type { MigrateFlags, MigrateParameters } from './migration.ts';
import { hyperFrom } from './wire/xdr-writer.ts';

/** VIR_MIGRATE_PEER2PEER, libvirt-domain.h. */
export const peerToPeer = 1 << 1;

/** virDomainMigrateFlags, libvirt-domain.h. */
export const migrateBit: FlagBits<MigrateFlags> = {
  live: 1 << 0,
  tunnelled: 1 << 2,
  persistDestination: 1 << 3,
  undefineSource: 1 << 4,
  paused: 1 << 5,
  nonSharedDisk: 1 << 6,
  nonSharedIncremental: 1 << 7,
  changeProtection: 1 << 8,
  unsafe: 1 << 9,
  offline: 1 << 10,
  compressed: 1 << 11,
  abortOnError: 1 << 12,
  autoConverge: 1 << 13,
  rdmaPinAll: 1 << 14,
  postCopy: 1 << 15,
  tls: 1 << 16,
  parallel: 1 << 17,
  synchronousWrites: 1 << 18,
  postCopyResume: 1 << 19,
  zeroCopy: 1 << 20,
};

const text = (value: string): TypedValue[] => [value];
const texts = (values: readonly string[]): TypedValue[] => [...values];
const int = (value: number): TypedValue[] => [value];
/** VIR_TYPED_PARAM_ULLONG, which is what a bigint is sent as. */
const ullong = (value: number): TypedValue[] => [hyperFrom(value)];

/** libvirt's name of each parameter, and the values to send under it: libvirt takes no other type than its own. */
const parameters: {
  [Name in keyof MigrateParameters]-?: [string, (value: NonNullable<MigrateParameters[Name]>) => TypedValue[]];
} = {
  migrationUri: ['migrate_uri', text],
  destinationName: ['destination_name', text],
  destinationXml: ['destination_xml', text],
  persistentXml: ['persistent_xml', text],
  bandwidthMibps: ['bandwidth', ullong],
  postCopyBandwidthMibps: ['bandwidth.postcopy', ullong],
  graphicsUri: ['graphics_uri', text],
  listenAddress: ['listen_address', text],
  disks: ['migrate_disks', texts],
  disksPort: ['disks_port', int],
  disksUri: ['disks_uri', text],
  compression: ['compression', texts],
  autoConvergeInitialPercent: ['auto_converge.initial', int],
  autoConvergeIncrementPercent: ['auto_converge.increment', int],
  parallelConnections: ['parallel.connections', int],
  tlsDestination: ['tls.destination', text],
};

/** As libvirt's typed parameters; one that is a list is sent once for each item. */
export function migrateParams(wanted: MigrateParameters): { field: string; value: TypedValue }[] {
  const names = Object.keys(parameters) as (keyof MigrateParameters)[];
  return names.flatMap((name) => {
    const [field, valuesOf] = parameters[name];
    const value = wanted[name];
    return value === undefined ? [] : valuesOf(value as never).map((each) => ({ field, value: each }));
  });
}
