import type { DomainRef } from '../../domain.ts';
import { int, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { domainAndFlags, domainOnly, domainRef, text, xmlOnly } from '../types.ts';

const row = rowsOf(remoteProgram);

const xmlAndFlags = struct<{ xml: string; flags: number }>({ xml: text, flags: uint });

/** What makes, starts, stops and forgets domains. */
export const controlProcedures = {
  domainCreateXml: row(10, 'DOMAIN_CREATE_XML', { args: xmlAndFlags, ret: domainOnly }),
  domainDefineXml: row(11, 'DOMAIN_DEFINE_XML', { args: xmlOnly, ret: domainOnly }),
  domainDestroy: row(12, 'DOMAIN_DESTROY', { args: domainOnly }),
  domainGetAutostart: row(15, 'DOMAIN_GET_AUTOSTART', {
    args: domainOnly,
    ret: struct<{ autostart: number }>({ autostart: int }),
  }),
  domainReboot: row(27, 'DOMAIN_REBOOT', { args: domainAndFlags }),
  domainResume: row(28, 'DOMAIN_RESUME', { args: domainOnly }),
  domainSetAutostart: row(29, 'DOMAIN_SET_AUTOSTART', {
    args: struct<{ domain: DomainRef; autostart: number }>({ domain: domainRef, autostart: int }),
  }),
  domainShutdown: row(33, 'DOMAIN_SHUTDOWN', { args: domainOnly }),
  domainSuspend: row(34, 'DOMAIN_SUSPEND', { args: domainOnly }),
  domainUndefine: row(35, 'DOMAIN_UNDEFINE', { args: domainOnly }),
  domainAbortJob: row(164, 'DOMAIN_ABORT_JOB', { args: domainOnly }),
  domainManagedSave: row(182, 'DOMAIN_MANAGED_SAVE', { args: domainAndFlags }),
  domainHasManagedSaveImage: row(183, 'DOMAIN_HAS_MANAGED_SAVE_IMAGE', {
    args: domainAndFlags,
    ret: struct<{ result: number }>({ result: int }),
  }),
  domainManagedSaveRemove: row(184, 'DOMAIN_MANAGED_SAVE_REMOVE', { args: domainAndFlags }),
  domainCreateWithFlags: row(196, 'DOMAIN_CREATE_WITH_FLAGS', { args: domainAndFlags, ret: domainOnly }),
  domainUndefineFlags: row(231, 'DOMAIN_UNDEFINE_FLAGS', { args: domainAndFlags }),
  domainDestroyFlags: row(234, 'DOMAIN_DESTROY_FLAGS', { args: domainAndFlags }),
  domainReset: row(245, 'DOMAIN_RESET', { args: domainAndFlags }),
  domainShutdownFlags: row(258, 'DOMAIN_SHUTDOWN_FLAGS', { args: domainAndFlags }),
  domainPmSuspendForDuration: row(261, 'DOMAIN_PM_SUSPEND_FOR_DURATION', {
    args: struct<{ domain: DomainRef; target: number; duration: bigint; flags: number }>({
      domain: domainRef,
      target: uint,
      duration: uhyper,
      flags: uint,
    }),
  }),
  domainPmWakeup: row(267, 'DOMAIN_PM_WAKEUP', { args: domainAndFlags }),
  domainDefineXmlFlags: row(350, 'DOMAIN_DEFINE_XML_FLAGS', { args: xmlAndFlags, ret: domainOnly }),
};
