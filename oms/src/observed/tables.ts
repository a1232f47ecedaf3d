/** Tables of the domain `observed`; times are ms. */
export interface ObservedTables {
  /**
   * What a host saw happen to a VM's process: the events that may tell of an operation, and the changes that nobody saw
   * happen but that were found after a gap.
   */
  vm_changes: {
    vm: string;
    at: number;
    host: string;
    id: string;
    /** `lifecycle` or `reboot`, as libvirt names its events. */
    event: string;
    /** The event's own words: `stopped (destroyed)`. */
    detail: string;
    /** State and reason that were read right after it, as `paused (user)`; null where they could not be. */
    state: string | null;
    /** When the VM was last seen before a change that was found after a gap; null for an event. */
    since: number | null;
    /** From when on it is to be judged whether it tells of an operation; null once it was. */
    due: number | null;
  };
  /** Gaps whose other side is not known yet. */
  unseen_gaps: {
    host: string;
    id: string;
    from_at: number;
    to_at: number;
  };
}
