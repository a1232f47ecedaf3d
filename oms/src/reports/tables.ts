/** Tables of the domain `reports`; times are ms. */
export interface ReportTables {
  /**
   * Which reports were taken, so that sending one again stores nothing (decision 10). `at` is the time that the report tells of: it
   * is part of the key so that old ones can be dropped by time, and sending a report again repeats it (decision 0027).
   */
  reports: {
    host: string;
    at: number;
    id: string;
    type: string;
    received: number;
  };
  /** What libvirt's events said, in their own words; the state read after them is a state observation. */
  domain_events: {
    vm: string;
    at: number;
    host: string;
    id: string;
    event: string;
    detail: string;
  };
}
