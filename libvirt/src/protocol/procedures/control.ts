import { remoteProgram, rowsOf } from '../procedure.ts';
import { domainAndFlags, domainOnly, xmlOnly } from '../types.ts';

const row = rowsOf(remoteProgram);

/** What makes, starts, stops and forgets domains. */
export const controlProcedures = {
  domainDefineXml: row(11, 'DOMAIN_DEFINE_XML', { args: xmlOnly, ret: domainOnly }),
  domainDestroy: row(12, 'DOMAIN_DESTROY', { args: domainOnly }),
  domainReboot: row(27, 'DOMAIN_REBOOT', { args: domainAndFlags }),
  domainResume: row(28, 'DOMAIN_RESUME', { args: domainOnly }),
  domainShutdown: row(33, 'DOMAIN_SHUTDOWN', { args: domainOnly }),
  domainSuspend: row(34, 'DOMAIN_SUSPEND', { args: domainOnly }),
  domainUndefine: row(35, 'DOMAIN_UNDEFINE', { args: domainOnly }),
  domainCreateWithFlags: row(196, 'DOMAIN_CREATE_WITH_FLAGS', { args: domainAndFlags, ret: domainOnly }),
  domainReset: row(245, 'DOMAIN_RESET', { args: domainAndFlags }),
};
