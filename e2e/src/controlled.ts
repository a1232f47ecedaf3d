import type { LabHost } from '@faultline/lab';
import { until, type Oms } from './programs.ts';

/** A storage pool of every controlled host. */
export const POOL = 'vols';
/** In the folder of images, which all hosts of a lab see under this name. */
export const POOL_PATH = '/var/lib/libvirt/images/vols';

/** The flags with which an OMS may act on these hosts, and migrate VMs between them. */
export const controlFlags = (hosts: readonly LabHost[]): string[] =>
  hosts.flatMap(({ name, uri, migrationUri }) => [
    ...['--control.host', `${name}=${uri}`, '--control.migration-uri', `${name}=${migrationUri}`],
  ]);

export async function makePool(hosts: readonly LabHost[]): Promise<void> {
  for (const host of hosts) await host.virsh(['pool-create-as', POOL, 'dir', '--target', POOL_PATH, '--build']);
}

/** What virsh says of a VM on a host: `running (booted)`; `none` where the host does not have it. */
export async function stateOn(host: LabHost, vm: string): Promise<string> {
  const uuids = (await host.virsh(['list', '--all', '--uuid'])).split(/\s+/);
  return uuids.includes(vm) ? (await host.virsh(['domstate', vm, '--reason'])).trim() : 'none';
}

/** Waits until the OMS says this of an operation in its log. */
export async function untilLogged(oms: Oms, operation: string, words: string): Promise<void> {
  const says = (line: string): boolean => line.includes(operation) && line.includes(words);
  const isSaid = (): Promise<boolean> => Promise.resolve(oms.output().split('\n').some(says));
  await until(`the OMS says "${words}" of ${operation}`, isSaid, 20_000, 20);
}
