import type { Vm, VmList } from '@faultline/contracts';
import type { OmsClient } from './client.ts';
import { ArgumentError } from './command.ts';

/** The VMs that the OMS knows, page by page. */
export async function allVms(
  client: OmsClient,
  query: { host?: string | undefined; q?: string } = {},
): Promise<VmList['vms']> {
  const vms: VmList['vms'] = [];
  let cursor: string | undefined;
  do {
    const page: VmList = await client.get<VmList>('/vms', { ...query, cursor });
    vms.push(...page.vms);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return vms;
}

/**
 * The VM that a person names by its name or UUID.
 *
 * @throws ArgumentError when no VM is called so, or several are
 */
export async function findVm(client: OmsClient, named: string): Promise<Vm> {
  const vms = await allVms(client, { q: named });
  const found = vms.filter(({ uuid, name }) => uuid === named.toLowerCase() || name === named);
  const [vm] = found;
  if (vm === undefined) throw new ArgumentError(`no VM is called '${named}'; 'faultline vms' lists them`);
  if (found.length > 1) {
    const uuids = found.map(({ uuid, host }) => `${uuid} on ${host}`).join(', ');
    throw new ArgumentError(`several VMs are called '${named}': name one by its UUID (${uuids})`);
  }
  return vm;
}
