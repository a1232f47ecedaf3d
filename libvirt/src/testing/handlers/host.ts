import type { hostProcedures } from '../../protocol/procedures/host.ts';
import { versionNumber } from '../../version.ts';
import { daemonError } from '../fake-errors.ts';
import type { Handlers } from './handler.ts';

export const hostHandlers: Handlers<typeof hostProcedures> = {
  authList: (_host, _args, caller) => ({ types: caller.auth }),
  authPolkit: (_host, _args, caller) => {
    caller.authenticate('polkit');
    return { complete: 1 };
  },
  connectOpen: (_host, { name, flags }, caller) => {
    caller.open(name, flags);
    return undefined;
  },
  connectClose: () => undefined,
  connectGetType: ({ hypervisorType }) => ({ type: hypervisorType }),
  connectGetVersion: ({ hypervisorVersion }) => ({ version: versionNumber(hypervisorVersion) }),
  connectGetLibVersion: ({ libVersion }) => ({ version: versionNumber(libVersion) }),
  connectGetHostname: ({ hostname }) => ({ hostname }),
  connectGetCapabilities: ({ hostUuid }) => ({
    capabilities: `<capabilities>\n\n  <host>\n    <uuid>${hostUuid}</uuid>\n  </host>\n\n</capabilities>\n`,
  }),
  connectGetSysinfo: ({ hostUuid }) => ({
    sysinfo: `<sysinfo type='smbios'>\n  <system>\n    <entry name='uuid'>${hostUuid}</entry>\n  </system>\n</sysinfo>\n`,
  }),
  nodeGetInfo: ({ nodeInfo }) => ({
    model: nodeInfo.model,
    memory: BigInt(nodeInfo.memoryKib),
    cpus: nodeInfo.cpus,
    mhz: nodeInfo.mhz,
    nodes: nodeInfo.numaNodes,
    sockets: nodeInfo.socketsPerNode,
    cores: nodeInfo.coresPerSocket,
    threads: nodeInfo.threadsPerCore,
  }),
  nodeGetFreeMemory: ({ memoryStats }) => ({ freeMem: (memoryStats['free'] ?? 0n) * 1_024n }),
  nodeGetCpuStats: ({ cpuStats, nodeInfo }, { cpuNum, nparams }) => {
    if (cpuNum >= nodeInfo.cpus) throw daemonError(8, `invalid argument: Invalid cpuNum in virHostCPUGetStatsLinux`, 0);
    return nodeStats(cpuStats, nparams);
  },
  nodeGetMemoryStats: ({ memoryStats, nodeInfo }, { cellNum, nparams }) => {
    if (cellNum >= nodeInfo.numaNodes) throw daemonError(8, `invalid argument: cellNum in virHostMemGetStats`, 0);
    return nodeStats(memoryStats, nparams);
  },
};

/** As Linux's driver: 0 asks how many there are, and then exactly so many must be asked for. */
function nodeStats(stats: Record<string, bigint>, nparams: number) {
  const all = Object.entries(stats).map(([field, value]) => ({ field, value }));
  if (nparams === 0) return { params: [], nparams: all.length };
  if (nparams !== all.length) throw daemonError(8, `invalid argument: nparams must be equal to ${all.length}`, 0);
  return { params: all, nparams };
}
