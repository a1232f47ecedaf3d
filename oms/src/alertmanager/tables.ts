/** Tables of the domain `alertmanager`. */
export interface AlertmanagerTables {
  /** The alerts that the Alertmanagers had when they were asked last; who is not among them any more may be over. */
  alertmanager_alerts: {
    fingerprint: string;
  };
}
