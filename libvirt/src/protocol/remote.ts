import type { DomainRef, DomainStats } from '../domain.ts';
import { array, int, optional, struct, uhyper, uint } from '../wire/codec.ts';
import { remoteProgram, rowsOf } from './procedure.ts';
import {
  charArray,
  domainListMax,
  domainRef,
  domainStatsMax,
  domainStatsRecord,
  optionalText,
  text,
  uuid,
} from './types.ts';

const row = rowsOf(remoteProgram);

/** Shapes that several procedures share. */
const domainOnly = struct<{ domain: DomainRef }>({ domain: domainRef });
const domainAndFlags = struct<{ domain: DomainRef; flags: number }>({ domain: domainRef, flags: uint });
const xmlOnly = struct<{ xml: string }>({ xml: text });

/** remote_node_get_info_ret. `memory` in KiB. */
const nodeGetInfoRet = struct<{
  model: string;
  memory: bigint;
  cpus: number;
  mhz: number;
  nodes: number;
  sockets: number;
  cores: number;
  threads: number;
}>({
  model: charArray(32),
  memory: uhyper,
  cpus: int,
  mhz: int,
  nodes: int,
  sockets: int,
  cores: int,
  threads: int,
});

/**
 * The calls we make, from remote_protocol.x: numbers from `enum remote_procedure`, layouts from the structs of the
 * same names. REMOTE_AUTH_TYPE_LIST_MAX is 20.
 */
export const remoteProcedures = {
  connectOpen: row(1, 'CONNECT_OPEN', {
    args: struct<{ name: string | null; flags: number }>({ name: optionalText, flags: uint }),
  }),
  connectClose: row(2, 'CONNECT_CLOSE', {}),
  connectGetVersion: row(4, 'CONNECT_GET_VERSION', { ret: struct<{ version: bigint }>({ version: uhyper }) }),
  nodeGetInfo: row(6, 'NODE_GET_INFO', { ret: nodeGetInfoRet }),
  domainDefineXml: row(11, 'DOMAIN_DEFINE_XML', { args: xmlOnly, ret: domainOnly }),
  domainDestroy: row(12, 'DOMAIN_DESTROY', { args: domainOnly }),
  domainGetXmlDesc: row(14, 'DOMAIN_GET_XML_DESC', { args: domainAndFlags, ret: xmlOnly }),
  domainLookupByName: row(23, 'DOMAIN_LOOKUP_BY_NAME', {
    args: struct<{ name: string }>({ name: text }),
    ret: domainOnly,
  }),
  domainLookupByUuid: row(24, 'DOMAIN_LOOKUP_BY_UUID', { args: struct<{ uuid: string }>({ uuid }), ret: domainOnly }),
  domainReboot: row(27, 'DOMAIN_REBOOT', { args: domainAndFlags }),
  domainResume: row(28, 'DOMAIN_RESUME', { args: domainOnly }),
  domainShutdown: row(33, 'DOMAIN_SHUTDOWN', { args: domainOnly }),
  domainSuspend: row(34, 'DOMAIN_SUSPEND', { args: domainOnly }),
  domainUndefine: row(35, 'DOMAIN_UNDEFINE', { args: domainOnly }),
  connectGetHostname: row(59, 'CONNECT_GET_HOSTNAME', { ret: struct<{ hostname: string }>({ hostname: text }) }),
  authList: row(66, 'AUTH_LIST', { ret: struct<{ types: readonly number[] }>({ types: array(20, int) }) }),
  /** `complete` is 1 once the daemon has let us in; otherwise it answers with an error. */
  authPolkit: row(70, 'AUTH_POLKIT', { ret: struct<{ complete: number }>({ complete: int }) }),
  connectGetLibVersion: row(157, 'CONNECT_GET_LIB_VERSION', { ret: struct<{ version: bigint }>({ version: uhyper }) }),
  domainCreateWithFlags: row(196, 'DOMAIN_CREATE_WITH_FLAGS', { args: domainAndFlags, ret: domainOnly }),
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
  domainReset: row(245, 'DOMAIN_RESET', { args: domainAndFlags }),
  connectListAllDomains: row(273, 'CONNECT_LIST_ALL_DOMAINS', {
    args: struct<{ needResults: number; flags: number }>({ needResults: int, flags: uint }),
    ret: struct<{ domains: readonly DomainRef[]; count: number }>({
      domains: array(domainListMax, domainRef),
      count: uint,
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
};
