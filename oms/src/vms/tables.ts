/** Who told something of a VM: the description of its domain, the guest itself, or an operator. */
export const FACT_SOURCES = ['host', 'guest', 'operator'] as const;
export type FactSource = (typeof FACT_SOURCES)[number];

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
  /** What each source says of a VM; null is "it does not say". */
  vm_facts: {
    vm: string;
    source: FactSource;
    owner: string | null;
    project: string | null;
    vm_group: string | null;
    important: number | null;
    /** When the source last said so, to the hour: a source that keeps saying the same is not written down each time. */
    last_seen: number;
  };
  /** The addresses that each source gives a VM, in canonical form. */
  vm_addresses: {
    vm: string;
    source: FactSource;
    kind: 'ip' | 'mac';
    address: string;
    /** As in `vm_facts`. */
    last_seen: number;
  };
}
