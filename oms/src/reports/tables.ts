/** Tables of the domain `reports`; times are ms. */
export interface ReportTables {
  /** Which reports were taken, so that sending one again stores nothing (decision 10). */
  reports: {
    host: string;
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
