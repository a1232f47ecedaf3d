/** Fault reports as `GET /api/v1/fault-reports` tells them. Times are ms since the epoch. */

interface FaultReportCandidate {
  uuid: string;
  name: string;
  host: string;
  owner: string | null;
  project: string | null;
  ips: string[];
  lastSeen: number;
}

export interface FaultReport {
  id: string;
  named: { by: 'uuid' | 'vmName' | 'ip' | 'user'; value: string };
  reporter: string;
  symptom: string;
  at: number;
  received: number;
  vm: { uuid: string; name: string } | null;
  resolved: { at: number; by: string | null } | null;
  candidates: FaultReportCandidate[];
}
