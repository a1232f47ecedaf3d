import type { CallOptions } from '../call-options.ts';
import type { NodeCpuStats, NodeInfo, NodeMemoryStats } from '../host.ts';
import { procedures } from '../protocol/index.ts';
import { versionText } from '../version.ts';
import { Calls } from './calls.ts';

/** VIR_NODE_CPU_STATS_ALL_CPUS and VIR_NODE_MEMORY_STATS_ALL_CELLS, libvirt-host.h. */
const all = -1;

/** What the host is and has. None of these calls enters a QEMU. */
export abstract class HostCalls extends Calls {
  async hostname(options?: CallOptions): Promise<string> {
    return (await this.call(procedures.connectGetHostname, undefined, options)).hostname;
  }

  /** The daemon's libvirt, e.g. `9.0.0`. */
  async libVersion(options?: CallOptions): Promise<string> {
    return versionText((await this.call(procedures.connectGetLibVersion, undefined, options)).version);
  }

  /** The hypervisor driver's name: `QEMU`, `TEST`, ... */
  async hypervisorType(options?: CallOptions): Promise<string> {
    return (await this.call(procedures.connectGetType, undefined, options)).type;
  }

  /** The hypervisor's version, e.g. QEMU's `7.2.0`. */
  async hypervisorVersion(options?: CallOptions): Promise<string> {
    return versionText((await this.call(procedures.connectGetVersion, undefined, options)).version);
  }

  /**
   * The capabilities XML: the host's CPU, topology and UUID, and what guests it can run. libvirt may have to start each
   * installed QEMU once to answer (seconds, after an update of QEMU).
   */
  async capabilities(options?: CallOptions): Promise<string> {
    return (await this.call(procedures.connectGetCapabilities, undefined, options)).capabilities;
  }

  /**
   * The UUID by which libvirt tells hosts apart (it refuses to migrate to itself by it): `host_uuid` of libvirtd.conf,
   * else the machine's from DMI. From the capabilities; lower-case 8-4-4-4-12. null when the daemon has none.
   */
  async hostUuid(options?: CallOptions): Promise<string | null> {
    const found = /<host>\s*<uuid>([^<]+)<\/uuid>/.exec(await this.capabilities(options));
    return found?.[1]?.trim().toLowerCase() ?? null;
  }

  /** The `<sysinfo>` XML of the host: BIOS, system, board and memory as DMI names them. No DMI: RemoteError. */
  async sysinfo(options?: CallOptions): Promise<string> {
    return (await this.call(procedures.connectGetSysinfo, { flags: 0 }, options)).sysinfo;
  }

  async nodeInfo(options?: CallOptions): Promise<NodeInfo> {
    const info = await this.call(procedures.nodeGetInfo, undefined, options);
    return {
      model: info.model,
      memoryKib: Number(info.memory),
      cpus: info.cpus,
      mhz: info.mhz,
      numaNodes: info.nodes,
      socketsPerNode: info.sockets,
      coresPerSocket: info.cores,
      threadsPerCore: info.threads,
    };
  }

  /** CPU time of one CPU, or of all together; two calls. No such CPU: RemoteError VIR_ERR_INVALID_ARG. */
  async nodeCpuStats(options?: CallOptions & { cpu?: number }): Promise<NodeCpuStats> {
    const cpuNum = options?.cpu ?? all;
    const { nparams } = await this.call(procedures.nodeGetCpuStats, { cpuNum, nparams: 0, flags: 0 }, options);
    const { params } = await this.call(procedures.nodeGetCpuStats, { cpuNum, nparams, flags: 0 }, options);
    return new Map(params.map(({ field, value }) => [field, value]));
  }

  /**
   * Memory of one NUMA cell, or of the whole host, KiB; two calls. `free` is not what is available to programs, and
   * differs from /proc/meminfo. No such cell: RemoteError VIR_ERR_INVALID_ARG.
   */
  async nodeMemoryStats(options?: CallOptions & { cell?: number }): Promise<NodeMemoryStats> {
    const cellNum = options?.cell ?? all;
    const { nparams } = await this.call(procedures.nodeGetMemoryStats, { cellNum, nparams: 0, flags: 0 }, options);
    const { params } = await this.call(procedures.nodeGetMemoryStats, { cellNum, nparams, flags: 0 }, options);
    return new Map(params.map(({ field, value }) => [field, value]));
  }

  /** Memory that nothing uses, bytes. */
  async nodeFreeMemory(options?: CallOptions): Promise<number> {
    return Number((await this.call(procedures.nodeGetFreeMemory, undefined, options)).freeMem);
  }
}
