import { hardwareBits } from '../domain-bits.ts';
import { hasBit } from '../flags.ts';
import { addressSourceNames } from '../names/addresses.ts';
import type { ProcedureName } from '../protocol/index.ts';

/** Calls that a read-only connection may not make (virCheckReadOnlyGoto), by the API's name in the refusal. */
const writeCalls: Readonly<Partial<Record<ProcedureName, string>>> = {
  domainAbortJob: 'virDomainAbortJob',
  domainAgentCommand: 'virDomainQemuAgentCommand',
  domainAttachDeviceFlags: 'virDomainAttachDeviceFlags',
  domainCreateWithFlags: 'virDomainCreateWithFlags',
  domainCreateXml: 'virDomainCreateXML',
  domainDefineXml: 'virDomainDefineXML',
  domainDefineXmlFlags: 'virDomainDefineXMLFlags',
  domainDestroy: 'virDomainDestroy',
  domainDestroyFlags: 'virDomainDestroyFlags',
  domainDetachDeviceAlias: 'virDomainDetachDeviceAlias',
  domainDetachDeviceFlags: 'virDomainDetachDeviceFlags',
  domainManagedSave: 'virDomainManagedSave',
  domainManagedSaveRemove: 'virDomainManagedSaveRemove',
  domainMigrateGetMaxSpeed: 'virDomainMigrateGetMaxSpeed',
  domainMigratePerform3Params: 'virDomainMigratePerform3Params',
  domainMigrateSetMaxDowntime: 'virDomainMigrateSetMaxDowntime',
  domainMigrateSetMaxSpeed: 'virDomainMigrateSetMaxSpeed',
  domainMigrateStartPostCopy: 'virDomainMigrateStartPostCopy',
  domainMonitorCommand: 'virDomainQemuMonitorCommand',
  domainPmSuspendForDuration: 'virDomainPMSuspendForDuration',
  domainPmWakeup: 'virDomainPMWakeup',
  domainReboot: 'virDomainReboot',
  domainReset: 'virDomainReset',
  domainResume: 'virDomainResume',
  domainRevertToSnapshot: 'virDomainRevertToSnapshot',
  domainSetAutostart: 'virDomainSetAutostart',
  domainSetMemoryFlags: 'virDomainSetMemoryFlags',
  domainSetVcpusFlags: 'virDomainSetVcpusFlags',
  domainShutdown: 'virDomainShutdown',
  domainShutdownFlags: 'virDomainShutdownFlags',
  domainSnapshotCreateXml: 'virDomainSnapshotCreateXML',
  domainSnapshotDelete: 'virDomainSnapshotDelete',
  domainSuspend: 'virDomainSuspend',
  domainUndefine: 'virDomainUndefine',
  domainUndefineFlags: 'virDomainUndefineFlags',
  domainUpdateDeviceFlags: 'virDomainUpdateDeviceFlags',
  storagePoolBuild: 'virStoragePoolBuild',
  storagePoolCreate: 'virStoragePoolCreate',
  storagePoolCreateXml: 'virStoragePoolCreateXML',
  storagePoolDefineXml: 'virStoragePoolDefineXML',
  storagePoolDelete: 'virStoragePoolDelete',
  storagePoolDestroy: 'virStoragePoolDestroy',
  storagePoolRefresh: 'virStoragePoolRefresh',
  storagePoolSetAutostart: 'virStoragePoolSetAutostart',
  storagePoolUndefine: 'virStoragePoolUndefine',
  storageVolCreateXml: 'virStorageVolCreateXML',
  storageVolDelete: 'virStorageVolDelete',
  storageVolResize: 'virStorageVolResize',
};

/** What asks the guest is refused too, though it only reads. */
export function refusedReadOnly(key: ProcedureName, args: unknown): string | undefined {
  const { source, flags } = (args ?? {}) as { source?: number; flags?: number };
  if (key === 'domainInterfaceAddresses' && source === addressSourceNames.indexOf('agent')) {
    return 'virDomainInterfaceAddresses';
  }
  if (key === 'domainGetVcpusFlags' && hasBit(flags ?? 0, hardwareBits.vcpu.guest)) return 'virDomainGetVcpusFlags';
  return writeCalls[key];
}
