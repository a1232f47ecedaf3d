import type { DomainState } from '@faultline/contracts';

/** Tables of the domain `states`; times are ms. */
export interface StateTables {
  /** Every moment at which a host said what state a VM is in. `id` orders what was said in the same millisecond. */
  state_observations: {
    vm: string;
    host: string;
    at: number;
    id: string;
    state: DomainState;
    reason: string;
  };
  /**
   * Runs of observations that said the same with no silence between them: from the first that said so to the last that
   * confirmed it. The four drawn states are derived from these when asked, because a late observation can change what
   * "the state before" was.
   */
  state_intervals: {
    vm: string;
    host: string;
    from_at: number;
    from_id: string;
    to_at: number;
    to_id: string;
    state: DomainState;
    reason: string;
    source: 'host' | 'witness' | 'inferred';
  };
  /** Stretches in which a host's exporter saw nothing of its VMs, as it told. */
  observation_gaps: {
    host: string;
    id: string;
    from_at: number;
    to_at: number;
    cause: string;
  };
}
