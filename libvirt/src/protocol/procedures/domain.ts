import type { DomainRef, DomainStats } from '../../domain.ts';
import { array, int, optional, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import {
  domainAndFlags,
  domainListMax,
  domainOnly,
  domainRef,
  domainStatsMax,
  domainStatsRecord,
  optionalText,
  text,
  typedParams,
  type TypedParam,
  uuid,
  xmlOnly,
} from '../types.ts';

const row = rowsOf(remoteProgram);

/** remote_domain_get_job_info_ret: the fields of virDomainJobInfo; times in ms, sums in bytes. */
const jobInfoRet = struct<{
  type: number;
  timeElapsed: bigint;
  timeRemaining: bigint;
  dataTotal: bigint;
  dataProcessed: bigint;
  dataRemaining: bigint;
  memTotal: bigint;
  memProcessed: bigint;
  memRemaining: bigint;
  fileTotal: bigint;
  fileProcessed: bigint;
  fileRemaining: bigint;
}>({
  type: int,
  timeElapsed: uhyper,
  timeRemaining: uhyper,
  dataTotal: uhyper,
  dataProcessed: uhyper,
  dataRemaining: uhyper,
  memTotal: uhyper,
  memProcessed: uhyper,
  memRemaining: uhyper,
  fileTotal: uhyper,
  fileProcessed: uhyper,
  fileRemaining: uhyper,
});

/** REMOTE_DOMAIN_INTERFACE_MAX and REMOTE_DOMAIN_IP_ADDR_MAX, remote_protocol.x. */
const interfacesMax = 2_048;

/** remote_domain_interface with its remote_domain_ip_addr. */
export interface WireInterface {
  name: string;
  mac: string | null;
  addresses: readonly { type: number; address: string; prefix: number }[];
}

const domainInterface = struct<WireInterface>({
  name: text,
  mac: optionalText,
  addresses: array(
    interfacesMax,
    struct<{ type: number; address: string; prefix: number }>({ type: int, address: text, prefix: uint }),
  ),
});

/** REMOTE_DOMAIN_DISK_ERRORS_MAX, remote_protocol.x. */
export const diskErrorsMax = 256;

/** REMOTE_DOMAIN_JOB_STATS_MAX, remote_protocol.x. */
export const jobStatsMax = 64;

/** Finding domains and reading them. */
export const domainProcedures = {
  domainGetXmlDesc: row(14, 'DOMAIN_GET_XML_DESC', { args: domainAndFlags, ret: xmlOnly }),
  // `state` and `vcpus` are narrower in C; XDR has no number below 32 bits.
  domainGetInfo: row(16, 'DOMAIN_GET_INFO', {
    args: domainOnly,
    ret: struct<{ state: number; maxMem: bigint; memory: bigint; vcpus: number; cpuTime: bigint }>({
      state: uint,
      maxMem: uhyper,
      memory: uhyper,
      vcpus: uint,
      cpuTime: uhyper,
    }),
  }),
  domainLookupByName: row(23, 'DOMAIN_LOOKUP_BY_NAME', {
    args: struct<{ name: string }>({ name: text }),
    ret: domainOnly,
  }),
  domainLookupByUuid: row(24, 'DOMAIN_LOOKUP_BY_UUID', { args: struct<{ uuid: string }>({ uuid }), ret: domainOnly }),
  domainGetJobInfo: row(163, 'DOMAIN_GET_JOB_INFO', { args: domainOnly, ret: jobInfoRet }),
  domainGetBlockInfo: row(194, 'DOMAIN_GET_BLOCK_INFO', {
    args: struct<{ domain: DomainRef; path: string; flags: number }>({ domain: domainRef, path: text, flags: uint }),
    ret: struct<{ allocation: bigint; capacity: bigint; physical: bigint }>({
      allocation: uhyper,
      capacity: uhyper,
      physical: uhyper,
    }),
  }),
  domainGetState: row(212, 'DOMAIN_GET_STATE', {
    args: domainAndFlags,
    ret: struct<{ state: number; reason: number }>({ state: int, reason: int }),
  }),
  domainGetControlInfo: row(229, 'DOMAIN_GET_CONTROL_INFO', {
    args: domainAndFlags,
    ret: struct<{ state: number; details: number; stateTime: bigint }>({
      state: uint,
      details: uint,
      stateTime: uhyper,
    }),
  }),
  domainGetDiskErrors: row(263, 'DOMAIN_GET_DISK_ERRORS', {
    args: struct<{ domain: DomainRef; maxErrors: number; flags: number }>({
      domain: domainRef,
      maxErrors: uint,
      flags: uint,
    }),
    ret: struct<{ errors: readonly { disk: string; error: number }[]; count: number }>({
      errors: array(diskErrorsMax, struct<{ disk: string; error: number }>({ disk: text, error: int })),
      count: int,
    }),
  }),
  domainGetMetadata: row(265, 'DOMAIN_GET_METADATA', {
    args: struct<{ domain: DomainRef; type: number; uri: string | null; flags: number }>({
      domain: domainRef,
      type: int,
      uri: optionalText,
      flags: uint,
    }),
    ret: struct<{ metadata: string }>({ metadata: text }),
  }),
  connectListAllDomains: row(273, 'CONNECT_LIST_ALL_DOMAINS', {
    args: struct<{ needResults: number; flags: number }>({ needResults: int, flags: uint }),
    ret: struct<{ domains: readonly DomainRef[]; count: number }>({
      domains: array(domainListMax, domainRef),
      count: uint,
    }),
  }),
  domainGetJobStats: row(298, 'DOMAIN_GET_JOB_STATS', {
    args: domainAndFlags,
    ret: struct<{ type: number; params: readonly TypedParam[] }>({
      type: int,
      params: typedParams(jobStatsMax),
    }),
  }),
  connectDomainEventCallbackRegisterAny: row(316, 'CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY', {
    args: struct<{ eventId: number; domain: DomainRef | null }>({ eventId: int, domain: optional(domainRef) }),
    ret: struct<{ callbackId: number }>({ callbackId: int }),
  }),
  connectDomainEventCallbackDeregisterAny: row(317, 'CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY', {
    args: struct<{ callbackId: number }>({ callbackId: int }),
  }),
  connectGetAllDomainStats: row(344, 'CONNECT_GET_ALL_DOMAIN_STATS', {
    args: struct<{ domains: readonly DomainRef[]; stats: number; flags: number }>({
      domains: array(domainListMax, domainRef),
      stats: uint,
      flags: uint,
    }),
    ret: struct<{ records: readonly DomainStats[] }>({ records: array(domainStatsMax, domainStatsRecord) }),
  }),
  domainInterfaceAddresses: row(353, 'DOMAIN_INTERFACE_ADDRESSES', {
    args: struct<{ domain: DomainRef; source: number; flags: number }>({
      domain: domainRef,
      source: uint,
      flags: uint,
    }),
    ret: struct<{ interfaces: readonly WireInterface[] }>({
      interfaces: array(interfacesMax, domainInterface),
    }),
  }),
};
