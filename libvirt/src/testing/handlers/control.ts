import { destroyBit, startBit, undefineBit } from '../../control-bits.ts';
import type { DomainRef } from '../../domain.ts';
import { hasBit } from '../../flags.ts';
import type { controlProcedures } from '../../protocol/procedures/control.ts';
import { daemonError, refused } from '../fake-errors.ts';
import { flagsIn } from '../fake-filters.ts';
import type { FakeHost } from '../fake-host.ts';
import { abortJob } from '../fake-migration.ts';
import type { Handlers } from './handler.ts';

const startFlags = (flags: number) => ({
  paused: hasBit(flags, startBit.paused),
  forceBoot: hasBit(flags, startBit.forceBoot),
});

export const controlHandlers: Handlers<typeof controlProcedures> = {
  domainCreateXml: (host, { xml, flags }) => ({ domain: host.create(xml, startFlags(flags)).ref }),
  domainDefineXml: (host, { xml }) => ({ domain: host.define(xml).ref }),
  domainDefineXmlFlags: (host, { xml }) => ({ domain: host.define(xml).ref }),
  domainCreateWithFlags: (host, { domain, flags }) => ({ domain: host.start(domain, startFlags(flags)).ref }),
  domainShutdown: act((host, domain) => {
    host.shutdown(domain);
  }),
  domainShutdownFlags: act((host, domain) => {
    host.shutdown(domain);
  }),
  domainReboot: act((host, domain) => {
    host.reboot(domain);
  }),
  domainReset: act((host, domain) => {
    host.reset(domain);
  }),
  domainDestroy: act((host, domain) => {
    host.destroy(domain);
  }),
  domainDestroyFlags: (host, { domain, flags }) => {
    const hung = host.hung.has(domain.uuid);
    if (hung && hasBit(flags, destroyBit.graceful)) {
      throw daemonError(38, 'Failed to terminate process with SIGTERM: Device or resource busy');
    }
    host.destroy(domain);
    return undefined;
  },
  domainSuspend: act((host, domain) => {
    host.suspend(domain);
  }),
  domainResume: act((host, domain) => {
    host.resume(domain);
  }),
  domainUndefine: act((host, domain) => {
    host.undefine(domain);
  }),
  domainUndefineFlags: (host, { domain, flags }) => {
    host.undefine(domain, flagsIn(undefineBit, flags));
    return undefined;
  },
  domainPmSuspendForDuration: (host, { domain, duration }) => {
    if (duration !== 0n) throw daemonError(74, 'argument unsupported: Duration not supported. Use 0 for now');
    host.pmSuspend(domain);
    return undefined;
  },
  domainPmWakeup: act((host, domain) => {
    host.pmWakeup(domain);
  }),
  domainManagedSave: act((host, domain) => {
    host.managedSave(domain);
  }),
  domainHasManagedSaveImage: (host, { domain }) => ({ result: host.byUuid(domain.uuid).saved ? 1 : 0 }),
  domainManagedSaveRemove: act((host, domain) => {
    host.byUuid(domain.uuid).saved = false;
  }),
  domainGetAutostart: (host, { domain }) => ({ autostart: host.byUuid(domain.uuid).autostart ? 1 : 0 }),
  domainSetAutostart: (host, { domain, autostart }) => {
    const found = host.byUuid(domain.uuid);
    if (!found.persistent) throw refused('cannot set autostart for transient domain');
    found.autostart = autostart !== 0;
    return undefined;
  },
  domainAbortJob: act(abortJob),
};

function act(change: (host: FakeHost, domain: DomainRef) => void) {
  return (host: FakeHost, { domain }: { domain: DomainRef }): undefined => {
    change(host, domain);
  };
}
