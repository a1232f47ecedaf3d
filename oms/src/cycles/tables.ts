import type { HostState } from '@faultline/contracts';
import type { ControlTrouble } from './cycle.ts';

/** Tables of the domain `cycles`; times are ms. */
export interface CycleTables {
  cycles: {
    host: string;
    at: number;
    number: number;
    /** 1 when the cycle reached libvirtd. */
    up: number;
    /** The host as it was judged; null of a cycle that came before hosts were judged. */
    state: HostState | null;
    /** What was found, as JSON; null where nothing was. */
    findings: string | null;
  };
  /** A VM whose control interface was not free in a cycle. */
  control_troubles: {
    vm: string;
    at: number;
    host: string;
    number: number;
    state: ControlTrouble['state'];
    for_ms: number;
  };
  /** The CPU counter of a VM at the moment its statistics were read, which may be older than the cycle that carried it. */
  cpu_samples: {
    vm: string;
    at: number;
    host: string;
    vcpus: number;
    cpu_time_seconds: number;
    /** Requests to its disks and packets that it sent, so far; null where they are not told. */
    io: number | null;
  };
  /**
   * The steps of a VM's CPU counter that ended in one minute, summed up once a later minute has begun, so that a chart of a day
   * reads some hundred rows and not each sample. Derived from `cpu_samples`, whatever the order in which those arrive.
   */
  cpu_minutes: {
    vm: string;
    /** Where the minute begins. */
    minute: number;
    /** The reading before its first step, and the last one in it. */
    from_at: number;
    to_at: number;
    /** The time that its unbroken steps took. */
    ms: number;
    /** Percent of the vCPUs; null where no step is unbroken. */
    mean: number | null;
    low: number | null;
    high: number | null;
    /** 1 where the line breaks in it. */
    broken: number;
  };
  /** An hour's rows of `cpu_minutes`, from when a later hour has begun. Derived from them. */
  cpu_hours: {
    vm: string;
    /** Where the hour begins. */
    hour: number;
    /** As JSON, column by column. */
    minutes: string;
  };
  /** Runs of a host's cycles that said the same of it, with no silence between them. */
  host_runs: {
    host: string;
    from_at: number;
    from_number: number;
    to_at: number;
    to_number: number;
    up: number;
    state: HostState | null;
    /** What decided about the state; null of what came before hosts were judged. */
    reasons: string | null;
  };
}
