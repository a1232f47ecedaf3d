import { array, int, struct, uhyper, uint } from '../../wire/codec.ts';
import { remoteProgram, rowsOf } from '../procedure.ts';
import { charArray, optionalText, text } from '../types.ts';

const row = rowsOf(remoteProgram);

/** REMOTE_NODE_CPU_STATS_MAX and REMOTE_NODE_MEMORY_STATS_MAX, remote_protocol.x. */
const nodeStatsMax = 16;

/** remote_node_get_cpu_stats_ret and remote_node_get_memory_stats_ret. Asked with `nparams` 0, it only counts. */
const nodeStatsRet = struct<{ params: readonly { field: string; value: bigint }[]; nparams: number }>({
  params: array(nodeStatsMax, struct<{ field: string; value: bigint }>({ field: text, value: uhyper })),
  nparams: int,
});

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

/** The connection itself, and what its host is. REMOTE_AUTH_TYPE_LIST_MAX is 20. */
export const hostProcedures = {
  connectOpen: row(1, 'CONNECT_OPEN', {
    args: struct<{ name: string | null; flags: number }>({ name: optionalText, flags: uint }),
  }),
  connectClose: row(2, 'CONNECT_CLOSE', {}),
  connectGetType: row(3, 'CONNECT_GET_TYPE', { ret: struct<{ type: string }>({ type: text }) }),
  connectGetVersion: row(4, 'CONNECT_GET_VERSION', { ret: struct<{ version: bigint }>({ version: uhyper }) }),
  nodeGetInfo: row(6, 'NODE_GET_INFO', { ret: nodeGetInfoRet }),
  connectGetCapabilities: row(7, 'CONNECT_GET_CAPABILITIES', {
    ret: struct<{ capabilities: string }>({ capabilities: text }),
  }),
  connectGetHostname: row(59, 'CONNECT_GET_HOSTNAME', { ret: struct<{ hostname: string }>({ hostname: text }) }),
  authList: row(66, 'AUTH_LIST', { ret: struct<{ types: readonly number[] }>({ types: array(20, int) }) }),
  /** `complete` is 1 once the daemon has let us in; otherwise it answers with an error. */
  authPolkit: row(70, 'AUTH_POLKIT', { ret: struct<{ complete: number }>({ complete: int }) }),
  nodeGetFreeMemory: row(102, 'NODE_GET_FREE_MEMORY', { ret: struct<{ freeMem: bigint }>({ freeMem: uhyper }) }),
  connectGetLibVersion: row(157, 'CONNECT_GET_LIB_VERSION', { ret: struct<{ version: bigint }>({ version: uhyper }) }),
  connectGetSysinfo: row(203, 'CONNECT_GET_SYSINFO', {
    args: struct<{ flags: number }>({ flags: uint }),
    ret: struct<{ sysinfo: string }>({ sysinfo: text }),
  }),
  nodeGetCpuStats: row(227, 'NODE_GET_CPU_STATS', {
    args: struct<{ cpuNum: number; nparams: number; flags: number }>({ cpuNum: int, nparams: int, flags: uint }),
    ret: nodeStatsRet,
  }),
  nodeGetMemoryStats: row(228, 'NODE_GET_MEMORY_STATS', {
    args: struct<{ nparams: number; cellNum: number; flags: number }>({ nparams: int, cellNum: int, flags: uint }),
    ret: nodeStatsRet,
  }),
};
