import type { Connection } from '@faultline/libvirt';

/** The calls an NC makes: the part of a libvirt connection that acts on one VM and sees what came of it. */
export type Hypervisor = Pick<
  Connection,
  'lookupByUuid' | 'domainState' | 'start' | 'shutdown' | 'reboot' | 'reset' | 'destroyDomain' | 'subscribe'
>;

/** What the NC needs to know of a connection's life beside its calls. */
export type HypervisorConnection = Hypervisor & Pick<Connection, 'closed' | 'close' | 'destroy'>;
