import type { CallOptions, DomainRef } from '@faultline/libvirt';
import type { Hypervisor } from '../../host/hypervisor.ts';

/** Whether libvirt keeps a definition of the VM when it is off. */
export async function isPersistent(hypervisor: Hypervisor, vm: DomainRef, options: CallOptions): Promise<boolean> {
  const persistent = await hypervisor.listAllDomains({ ...options, persistent: true });
  return persistent.some(({ uuid }) => uuid === vm.uuid);
}
