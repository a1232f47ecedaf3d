import type { Connection } from '@faultline/libvirt';

/** The calls that an NC makes: the part of a libvirt connection that acts on VMs and sees what came of it. */
export type Hypervisor = Pick<
  Connection,
  | 'abortJob'
  | 'defineXml'
  | 'destroyDomain'
  | 'domainControlInfo'
  | 'domainJobInfo'
  | 'domainState'
  | 'domainXml'
  | 'hardware'
  | 'listAllDomains'
  | 'lookupByUuid'
  | 'migration'
  | 'reboot'
  | 'reset'
  | 'resume'
  | 'shutdown'
  | 'snapshots'
  | 'start'
  | 'subscribe'
  | 'suspend'
  | 'undefine'
>;

/** The calls that a BRM makes. */
export type Storage = Pick<Connection, 'domainXml' | 'lookupByUuid' | 'storage'>;

/** What the parties of a host need to know of a connection's life beside its calls. */
export type HypervisorConnection = Hypervisor & Storage & Pick<Connection, 'closed' | 'close' | 'destroy'>;
