/** Tables of the domain `lease`. No time is kept in them: see decision 0029. */
export interface LeaseTables {
  leases: {
    name: string;
    /** The replica that has it; null where it was given back. */
    holder: string | null;
    /** Where the other replicas reach the holder, as a URL. */
    address: string;
    /** Grows each time that the lease is taken, so that what an earlier holder still writes can be told. */
    term: number;
    /** Grows each time that the holder renews it; begins at 0 with each term. */
    renewals: number;
    /** How long it lasts without being renewed, ms, as its holder counts on. */
    lasts_ms: number;
  };
}
