import type { AgentState, GuestVerdict } from '@faultline/contracts';

/** Tables of the domain `connectivity`; times are ms. */
export interface ConnectivityTables {
  /** What looking into a VM through its guest agent found (D17), as its host reported it. */
  guest_probes: {
    vm: string;
    at: number;
    host: string;
    id: string;
    verdict: GuestVerdict;
    agent: AgentState;
    /** The whole record, as JSON. */
    record: string;
  };
}
