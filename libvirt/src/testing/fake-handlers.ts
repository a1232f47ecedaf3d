import type { procedures, ProcedureName } from '../protocol/index.ts';
import { controlHandlers } from './handlers/control.ts';
import { domainHandlers } from './handlers/domain.ts';
import type { Handlers } from './handlers/handler.ts';
import { hostHandlers } from './handlers/host.ts';
import { qemuHandlers } from './handlers/qemu.ts';
import { storageHandlers } from './handlers/storage.ts';

export type { Caller } from './handlers/handler.ts';

/** What the daemon does for each call of the procedure table. */
export const handlers: Handlers<typeof procedures> = {
  ...hostHandlers,
  ...controlHandlers,
  ...domainHandlers,
  ...storageHandlers,
  ...qemuHandlers,
};

/** Calls that change something, which a read-only connection may not make, by the API's name in the refusal. */
export const writeCalls: Readonly<Partial<Record<ProcedureName, string>>> = {
  domainCreateWithFlags: 'virDomainCreateWithFlags',
  domainShutdown: 'virDomainShutdown',
  domainReboot: 'virDomainReboot',
  domainReset: 'virDomainReset',
  domainDestroy: 'virDomainDestroy',
  domainSuspend: 'virDomainSuspend',
  domainResume: 'virDomainResume',
  domainUndefine: 'virDomainUndefine',
  domainDefineXml: 'virDomainDefineXML',
  domainAgentCommand: 'virDomainQemuAgentCommand',
  domainMonitorCommand: 'virDomainQemuMonitorCommand',
};
