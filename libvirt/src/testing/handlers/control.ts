import type { DomainRef } from '../../domain.ts';
import type { controlProcedures } from '../../protocol/procedures/control.ts';
import type { FakeHost } from '../fake-host.ts';
import type { Handlers } from './handler.ts';

export const controlHandlers: Handlers<typeof controlProcedures> = {
  domainDefineXml: (host, { xml }) => ({ domain: host.define(xml).ref }),
  domainCreateWithFlags: (host, { domain }) => ({ domain: host.start(domain).ref }),
  domainShutdown: act((host, domain) => {
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
  domainSuspend: act((host, domain) => {
    host.suspend(domain);
  }),
  domainResume: act((host, domain) => {
    host.resume(domain);
  }),
  domainUndefine: act((host, domain) => {
    host.undefine(domain);
  }),
};

function act(change: (host: FakeHost, domain: DomainRef) => void) {
  return (host: FakeHost, { domain }: { domain: DomainRef }): undefined => {
    change(host, domain);
  };
}
