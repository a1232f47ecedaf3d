/** Tables of the domain `hosts`; times are ms. */
export interface HostTables {
  /** Every time in which a host was isolated. A row ends by `ended`, or by its `until` passing. */
  isolations: {
    id: string;
    host: string;
    by: string;
    why: string;
    since: number;
    until: number | null;
    ended: number | null;
    ended_by: string | null;
  };
}
