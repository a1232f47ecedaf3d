import type { DomainRef } from '../../domain.ts';
import { int, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { domainAndFlags, domainRef, text } from '../types.ts';

const row = rowsOf(remoteProgram);

/** remote_domain_attach_device_flags_args, and those of detach and update. */
const deviceArgs = struct<{ domain: DomainRef; xml: string; flags: number }>({
  domain: domainRef,
  xml: text,
  flags: uint,
});

/** What a domain is made of: devices, vCPUs and memory. */
export const hardwareProcedures = {
  domainAttachDeviceFlags: row(160, 'DOMAIN_ATTACH_DEVICE_FLAGS', { args: deviceArgs }),
  domainDetachDeviceFlags: row(161, 'DOMAIN_DETACH_DEVICE_FLAGS', { args: deviceArgs }),
  domainUpdateDeviceFlags: row(174, 'DOMAIN_UPDATE_DEVICE_FLAGS', { args: deviceArgs }),
  domainSetVcpusFlags: row(199, 'DOMAIN_SET_VCPUS_FLAGS', {
    args: struct<{ domain: DomainRef; vcpus: number; flags: number }>({ domain: domainRef, vcpus: uint, flags: uint }),
  }),
  domainGetVcpusFlags: row(200, 'DOMAIN_GET_VCPUS_FLAGS', {
    args: domainAndFlags,
    ret: struct<{ vcpus: number }>({ vcpus: int }),
  }),
  // `memory` in KiB.
  domainSetMemoryFlags: row(204, 'DOMAIN_SET_MEMORY_FLAGS', {
    args: struct<{ domain: DomainRef; memory: bigint; flags: number }>({
      domain: domainRef,
      memory: uhyper,
      flags: uint,
    }),
  }),
  domainDetachDeviceAlias: row(392, 'DOMAIN_DETACH_DEVICE_ALIAS', {
    args: struct<{ domain: DomainRef; alias: string; flags: number }>({ domain: domainRef, alias: text, flags: uint }),
  }),
};
