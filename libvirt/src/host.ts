/** virNodeGetInfo. */
export interface NodeInfo {
  /** CPU architecture, e.g. `x86_64`. */
  model: string;
  memoryKib: number;
  /** Active CPUs. */
  cpus: number;
  /** 0 when unknown. */
  mhz: number;
  numaNodes: number;
  socketsPerNode: number;
  coresPerSocket: number;
  threadsPerCore: number;
}

/**
 * virNodeGetCPUStats under libvirt's own names, e.g. `kernel`, `user`, `idle`, `iowait`: CPU time since boot, ns. A
 * driver may give `utilization` instead, in percent.
 */
export type NodeCpuStats = Map<string, bigint>;

/** virNodeGetMemoryStats under libvirt's own names, e.g. `total`, `free`, `buffers`, `cached`; KiB. */
export type NodeMemoryStats = Map<string, bigint>;
