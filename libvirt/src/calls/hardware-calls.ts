import type { CallOptions } from '../call-options.ts';
import { hardwareBits, impactBit } from '../domain-bits.ts';
import type { DomainRef, ImpactFlags } from '../domain.ts';
import { bitsOf } from '../flags.ts';
import { procedures } from '../protocol/index.ts';
import { Calls } from './calls.ts';
import { hyperFrom } from '../wire/xdr-writer.ts';

const { device: deviceBit, vcpu: vcpuBit, memory: memoryBit } = hardwareBits;

/**
 * What domains are made of. `live` changes the running domain and enters QEMU's monitor, `config` the next start; with
 * neither, libvirt changes what is in use. Changes are refused on a read-only connection.
 */
export class HardwareCalls extends Calls {
  /** `xml`: one device, e.g. `<disk>...</disk>`. What does not fit: VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_XML_ERROR, ... */
  async attachDevice(domain: DomainRef, xml: string, options: CallOptions & ImpactFlags = {}): Promise<void> {
    const args = { domain, xml, flags: bitsOf(impactBit, options) };
    await this.call(procedures.domainAttachDeviceFlags, args, options);
  }

  /**
   * Live, the guest must let go: success means asked, and `device-removed` (or `device-removal-failed`) tells the
   * outcome. libvirt waits 5 s for it. No such device: VIR_ERR_DEVICE_MISSING.
   */
  async detachDevice(domain: DomainRef, xml: string, options: CallOptions & ImpactFlags = {}): Promise<void> {
    const args = { domain, xml, flags: bitsOf(impactBit, options) };
    await this.call(procedures.domainDetachDeviceFlags, args, options);
  }

  /** The same by the device's alias; here even the daemon does not wait for the guest. */
  async detachAlias(domain: DomainRef, alias: string, options: CallOptions & ImpactFlags = {}): Promise<void> {
    const args = { domain, alias, flags: bitsOf(impactBit, options) };
    await this.call(procedures.domainDetachDeviceAlias, args, options);
  }

  /** Changes a device that is there: a CD, an interface's link or network. `force` ejects what the guest has locked. */
  async updateDevice(
    domain: DomainRef,
    xml: string,
    options: CallOptions & ImpactFlags & { force?: boolean } = {},
  ): Promise<void> {
    const args = { domain, xml, flags: bitsOf(deviceBit, options) };
    await this.call(procedures.domainUpdateDeviceFlags, args, options);
  }

  /** How many vCPUs; `maximum`: how many it may have; `guest`: how many the guest has online, by its agent. */
  async vcpus(
    domain: DomainRef,
    options: CallOptions & ImpactFlags & { maximum?: boolean; guest?: boolean } = {},
  ): Promise<number> {
    const args = { domain, flags: bitsOf(vcpuBit, options) };
    return (await this.call(procedures.domainGetVcpusFlags, args, options)).vcpus;
  }

  /**
   * `maximum` only with `config`. `guest`: its agent sets vCPUs on- and offline. Live, fewer vCPUs need the guest's
   * help: one that does not give them up fails with VIR_ERR_OPERATION_FAILED or _TIMEOUT.
   */
  async setVcpus(
    domain: DomainRef,
    count: number,
    options: CallOptions & ImpactFlags & { maximum?: boolean; guest?: boolean; hotpluggable?: boolean } = {},
  ): Promise<void> {
    const args = { domain, vcpus: count, flags: bitsOf(vcpuBit, options) };
    await this.call(procedures.domainSetVcpusFlags, args, options);
  }

  /**
   * Live, the balloon's target: the guest gives memory back when it can, `balloon-change` and `domainInfo` tell how far
   * it came. `maximum` only of a domain that is off. More than the maximum: VIR_ERR_INVALID_ARG.
   */
  async setMemory(
    domain: DomainRef,
    memoryKib: number,
    options: CallOptions & ImpactFlags & { maximum?: boolean } = {},
  ): Promise<void> {
    const args = { domain, memory: hyperFrom(memoryKib), flags: bitsOf(memoryBit, options) };
    await this.call(procedures.domainSetMemoryFlags, args, options);
  }
}
