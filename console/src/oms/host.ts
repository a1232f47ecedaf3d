/** Hosts as `GET /api/v1/hosts` and what is below it tell them. Times are ms since the epoch. */

export interface Isolation {
  by: string;
  why: string;
  since: number;
  until?: number;
  ended?: number;
  endedBy?: string;
}

export interface ControlledHost {
  name: string;
  /** Whether this OMS may act on it. */
  controlled: boolean;
  vms: number;
  isolation: Isolation | null;
}

export interface HostCycles {
  /** Oldest first; what none covers is silence. */
  stretches: Array<{ from: number; to: number; reached: boolean; open: boolean }>;
  truncated: boolean;
  last: { number: number; at: number; reached: boolean } | null;
}
