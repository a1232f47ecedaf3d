/** Tables of the domain `vms`; times are ms. */
export interface VmTables {
  vms: {
    uuid: string;
    name: string;
    /** The host that has the VM, as far as cycles and reports tell. */
    host: string;
    first_seen: number;
    last_seen: number;
    /** When `host` itself last spoke of the VM: another host's leftover definition must not take it over. */
    host_seen: number;
    /** 1 when `host` then had the VM's process, 0 when it had only a definition of it. */
    host_active: number;
  };
}
