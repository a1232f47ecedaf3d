import type { CallOptions } from '../call-options.ts';
import {
  askGuestBit,
  defineBit,
  destroyBit,
  saveBit,
  startBit,
  suspendTargetNames,
  undefineBit,
} from '../control-bits.ts';
import type {
  AskGuestFlags,
  DestroyFlags,
  DomainRef,
  SaveFlags,
  StartFlags,
  SuspendTarget,
  UndefineFlags,
} from '../domain.ts';
import { bitsOf } from '../flags.ts';
import { enumCode } from '../names/enum-names.ts';
import { procedures } from '../protocol/index.ts';
import { longJobTimeoutMs } from './calls.ts';
import { DomainCalls } from './domain-calls.ts';
import { hyperFrom } from '../wire/xdr-writer.ts';

/** libvirt sends SIGTERM, and SIGKILL 10 s later if that did not help, ms. */
const destroyTimeoutMs = 30_000;

/**
 * What makes, starts, stops and forgets domains. Refused on a read-only connection. All but define, undefine, autostart
 * and what concerns a managed save that exists enter QEMU's monitor or wait for it, and hang with a stuck QEMU.
 */
export abstract class ControlCalls extends DomainCalls {
  /** Makes and starts a transient domain: it is gone when it ends. */
  async createXml(xml: string, options: CallOptions & StartFlags = {}): Promise<DomainRef> {
    const args = { xml, flags: bitsOf(startBit, options) };
    return (await this.call(procedures.domainCreateXml, args, options)).domain;
  }

  /** Defines a persistent domain, or redefines the one with that UUID. `validate`: against libvirt's schema. */
  async defineXml(xml: string, options: CallOptions & { validate?: boolean } = {}): Promise<DomainRef> {
    const flags = bitsOf(defineBit, options);
    if (flags === 0) return (await this.call(procedures.domainDefineXml, { xml }, options)).domain;
    return (await this.call(procedures.domainDefineXmlFlags, { xml, flags }, options)).domain;
  }

  /**
   * Forgets the definition; a running domain runs on as a transient one. A managed save, snapshots or firmware variables
   * that exist must be named by a flag: else VIR_ERR_OPERATION_INVALID.
   */
  async undefine(domain: DomainRef, options: CallOptions & UndefineFlags = {}): Promise<void> {
    const flags = bitsOf(undefineBit, options);
    if (flags === 0) await this.call(procedures.domainUndefine, { domain }, options);
    else await this.call(procedures.domainUndefineFlags, { domain, flags }, options);
  }

  /**
   * virDomainCreateWithFlags: boots it, or restores its managed save. The answer has the new id. Running already:
   * VIR_ERR_OPERATION_INVALID.
   */
  async start(domain: DomainRef, options: CallOptions & StartFlags = {}): Promise<DomainRef> {
    const args = { domain, flags: bitsOf(startBit, options) };
    return (await this.call(procedures.domainCreateWithFlags, args, options)).domain;
  }

  /** Asks the guest (agent or ACPI). Success means asked: the guest may ignore it. */
  async shutdown(domain: DomainRef, options: CallOptions & AskGuestFlags = {}): Promise<void> {
    const flags = bitsOf(askGuestBit, options);
    if (flags === 0) await this.call(procedures.domainShutdown, { domain }, options);
    else await this.call(procedures.domainShutdownFlags, { domain, flags }, options);
  }

  /** Asks the guest (agent or ACPI). Success means asked: the guest may ignore it. */
  async reboot(domain: DomainRef, options: CallOptions & AskGuestFlags = {}): Promise<void> {
    await this.call(procedures.domainReboot, { domain, flags: bitsOf(askGuestBit, options) }, options);
  }

  /** The reset button: the guest is not asked. */
  async reset(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainReset, { domain, flags: 0 }, options);
  }

  /**
   * Ends the domain, as pulling the plug (virDomainDestroy). It stays defined. A QEMU that does not react is killed
   * after 10 s (11.3 s measured), so the default deadline is 30 s at least.
   */
  async destroyDomain(domain: DomainRef, options: CallOptions & DestroyFlags = {}): Promise<void> {
    const flags = bitsOf(destroyBit, options);
    if (flags === 0) await this.call(procedures.domainDestroy, { domain }, options, destroyTimeoutMs);
    else await this.call(procedures.domainDestroyFlags, { domain, flags }, options, destroyTimeoutMs);
  }

  /** Stops its CPUs. Success for one that is paused already. */
  async suspend(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainSuspend, { domain }, options);
  }

  /** Lets a paused domain run again. Running already: VIR_ERR_OPERATION_INVALID. */
  async resume(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainResume, { domain }, options);
  }

  /**
   * Sends the guest to sleep through its agent: `mem` (S3), `disk` (S4), `hybrid`. QEMU's driver takes no
   * `durationSeconds` but 0: until it is woken. No agent: VIR_ERR_AGENT_UNRESPONSIVE or VIR_ERR_ARGUMENT_UNSUPPORTED.
   */
  async pmSuspend(
    domain: DomainRef,
    target: SuspendTarget,
    { durationSeconds = 0, ...options }: CallOptions & { durationSeconds?: number } = {},
  ): Promise<void> {
    const args = {
      domain,
      target: enumCode(suspendTargetNames, target),
      duration: hyperFrom(durationSeconds),
      flags: 0,
    };
    await this.call(procedures.domainPmSuspendForDuration, args, options);
  }

  /** Wakes a guest that sleeps in memory (state `pmsuspended`). Another state: VIR_ERR_OPERATION_INVALID. */
  async pmWakeup(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainPmWakeup, { domain, flags: 0 }, options);
  }

  /**
   * Saves its memory on the host and ends it; the next start goes on from there. Takes as long as writing the memory:
   * the default deadline is an hour. A deadline that passes does not stop it, `abortJob` does.
   */
  async managedSave(domain: DomainRef, options: CallOptions & SaveFlags = {}): Promise<void> {
    const args = { domain, flags: bitsOf(saveBit, options) };
    await this.call(procedures.domainManagedSave, args, options, longJobTimeoutMs);
  }

  /** Whether its next start goes on from a managed save. */
  async hasManagedSave(domain: DomainRef, options?: CallOptions): Promise<boolean> {
    return (await this.call(procedures.domainHasManagedSaveImage, { domain, flags: 0 }, options)).result === 1;
  }

  /** Throws its managed save away: the next start boots it. */
  async removeManagedSave(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainManagedSaveRemove, { domain, flags: 0 }, options);
  }

  /** Whether the host starts it when it boots. Allowed on a read-only connection. */
  async autostart(domain: DomainRef, options?: CallOptions): Promise<boolean> {
    return (await this.call(procedures.domainGetAutostart, { domain }, options)).autostart !== 0;
  }

  /** Only of a persistent domain: else VIR_ERR_OPERATION_INVALID. */
  async setAutostart(domain: DomainRef, autostart: boolean, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainSetAutostart, { domain, autostart: autostart ? 1 : 0 }, options);
  }

  /**
   * Stops the job that is running: a migration, save, dump or backup. Its call then fails with
   * VIR_ERR_OPERATION_ABORTED. No job: VIR_ERR_OPERATION_INVALID.
   */
  async abortJob(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.call(procedures.domainAbortJob, { domain }, options);
  }
}
