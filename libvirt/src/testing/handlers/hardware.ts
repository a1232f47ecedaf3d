import { hardwareBits } from '../../domain-bits.ts';
import type { hardwareProcedures } from '../../protocol/procedures/hardware.ts';
import { flagsIn } from '../fake-filters.ts';
import { attachDevice, detachDevice, setMemory, setVcpus, updateDevice } from '../fake-hardware.ts';
import type { Handlers } from './handler.ts';

const { device, vcpu, memory: memoryBit } = hardwareBits;

export const hardwareHandlers: Handlers<typeof hardwareProcedures> = {
  domainAttachDeviceFlags: (host, { domain, xml, flags }) => {
    attachDevice(host, domain, xml, flagsIn(device, flags));
    return undefined;
  },
  domainDetachDeviceFlags: (host, { domain, xml, flags }) => {
    detachDevice(host, domain, { xml }, flagsIn(device, flags));
    return undefined;
  },
  domainDetachDeviceAlias: (host, { domain, alias, flags }) => {
    detachDevice(host, domain, { alias }, flagsIn(device, flags));
    return undefined;
  },
  domainUpdateDeviceFlags: (host, { domain, xml, flags }) => {
    updateDevice(host, domain, xml, flagsIn(device, flags));
    return undefined;
  },
  domainGetVcpusFlags: (host, { domain, flags }) => {
    const { live, maximum } = flagsIn(vcpu, flags);
    const found = live ? host.active(domain) : host.byUuid(domain.uuid);
    return { vcpus: maximum ? found.maxVcpus : found.vcpus };
  },
  domainSetVcpusFlags: (host, { domain, vcpus, flags }) => {
    setVcpus(host, domain, vcpus, flagsIn(vcpu, flags));
    return undefined;
  },
  domainSetMemoryFlags: (host, { domain, memory, flags }) => {
    setMemory(host, domain, Number(memory), flagsIn(memoryBit, flags));
    return undefined;
  },
};
