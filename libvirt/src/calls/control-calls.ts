import type { CallOptions } from '../call-options.ts';
import type { DomainRef } from '../domain.ts';
import { procedures } from '../protocol/index.ts';
import { DomainCalls } from './domain-calls.ts';

/** libvirt sends SIGTERM, and SIGKILL 10 s later if that did not help, ms. */
const destroyTimeoutMs = 30_000;

/** What makes, starts, stops and forgets domains. Refused on a read-only connection. */
export abstract class ControlCalls extends DomainCalls {
  /** virDomainCreateWithFlags. The answer has the new id. Running already: VIR_ERR_OPERATION_INVALID. */
  async start(domain: DomainRef, options?: CallOptions): Promise<DomainRef> {
    return (await this.call(procedures.domainCreateWithFlags, { domain, flags: 0 }, options)).domain;
  }

  /** Asks the guest (agent or ACPI). Success means asked: the guest may ignore it. */
  async shutdown(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainShutdown, { domain }, options);
  }

  /** Asks the guest (agent or ACPI). Success means asked: the guest may ignore it. */
  async reboot(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainReboot, { domain, flags: 0 }, options);
  }

  /** The reset button: the guest is not asked. */
  async reset(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainReset, { domain, flags: 0 }, options);
  }

  /**
   * Ends the domain, as pulling the plug (virDomainDestroy). It stays defined. A QEMU that does not react is killed
   * after 10 s (11.3 s measured), so the default deadline is 30 s at least.
   */
  async destroyDomain(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainDestroy, { domain }, options, destroyTimeoutMs);
  }

  async suspend(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainSuspend, { domain }, options);
  }

  async resume(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainResume, { domain }, options);
  }

  /** Defines a persistent domain, or redefines the one with that UUID. */
  async defineXml(xml: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.call(procedures.domainDefineXml, { xml }, options)).domain;
  }

  /** Forgets the definition; a running domain runs on as a transient one. */
  async undefine(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainUndefine, { domain }, options);
  }
}
