/** Tables of the domain `cycles`; times are ms. */
export interface CycleTables {
  cycles: {
    host: string;
    at: number;
    number: number;
    /** 1 when the cycle reached libvirtd. */
    up: number;
  };
  /** The CPU counter of a VM at the moment its statistics were read, which may be older than the cycle that carried it. */
  cpu_samples: {
    vm: string;
    at: number;
    host: string;
    vcpus: number;
    cpu_time_seconds: number;
  };
}
